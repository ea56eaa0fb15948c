"""The whole table, section by section, in the order of the terms."""

from core.terms.clause import Section
from core.terms.table import (
    betas,
    certificates,
    connections,
    general,
    mobile,
    mobile_care,
    mobile_fees,
    mono,
    networks,
    sms,
    supplements,
    usage,
)

SECTIONS = (
    Section("general", "第1章 基本サービス", "Chapter 1: Base service", general.CLAUSES + usage.CLAUSES),
    Section("additional-ip", "追加IPアドレス", "Additional IP addresses", networks.ADDITIONAL_IP),
    Section("hybrid", "ハイブリッド接続", "Hybrid connection", networks.HYBRID),
    Section("tamper", "Web改ざん検知", "Web tamper detection", networks.TAMPER),
    Section("bridge", "ブリッジ接続", "Bridge connection", networks.BRIDGE),
    Section("local-router", "ローカルルータ", "Local router", networks.LOCAL_ROUTER),
    Section("aws", "AWS接続", "AWS connection", connections.AWS),
    Section("archive-sharing", "アーカイブ共有", "Archive sharing", connections.ARCHIVE_SHARING),
    Section(
        "mobile-connect",
        "セキュアモバイルコネクト",
        "Secure Mobile Connect",
        mobile.CLAUSES + mobile_fees.CLAUSES + mobile_care.CLAUSES,
    ),
    Section("mono", "モノプラットフォーム", "Mono Platform", mono.CLAUSES),
    Section("betas", "β版サービス", "Beta services", betas.CLAUSES),
    Section("sms", "SMS", "SMS", sms.CLAUSES),
    Section("certificates", "無料SSL証明書", "Free SSL certificates", certificates.CLAUSES),
    Section("supplements", "附則", "Supplementary provisions", supplements.CLAUSES),
)
