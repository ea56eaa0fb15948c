"""Chapter 2, Section 10, Articles 61 to 66: beta services."""

from core.terms.clause import CONSENT, RULE, Clause, Place

CLAUSES = (
    Clause(
        id="61-1",
        kind=RULE,
        title_ja="β版サービスとは",
        title_en="What a beta service is",
        summary_ja="セキュアモバイルコネクトかモノプラットフォームの、無料で試せるサブオプションです。",
        summary_en="A beta service is a sub-option of Secure Mobile Connect or Mono Platform, free to try.",
        places=(Place.BETAS,),
    ),
    Clause(
        id="62-1",
        kind=RULE,
        title_ja="契約の成立",
        title_en="When the contract is concluded",
        summary_ja="コントロールパネルでの設定が完了した時点で、契約が成立します。",
        summary_en="The contract is concluded when the setting in the control panel is completed.",
        places=(Place.BETAS,),
    ),
    Clause(
        id="63-1",
        kind=CONSENT,
        title_ja="予告のない変更",
        title_en="Changes without notice",
        summary_ja="β版サービスの内容は、予告なく変更することがあります。",
        summary_en="We may change a beta service without notice.",
        places=(Place.BETAS, Place.CONSENTS),
    ),
    Clause(
        id="63-2",
        kind=RULE | CONSENT,
        title_ja="β版の廃止",
        title_en="Abolition of a beta",
        summary_ja="正式サービスにせずに廃止することがあります。廃止は、できるかぎりお知らせします。",
        summary_en="We may end a beta without ever making it a regular service; we try to tell you.",
        places=(Place.BETAS, Place.NOTICES, Place.CONSENTS),
    ),
    Clause(
        id="64-1",
        kind=CONSENT,
        title_ja="β版の免責",
        title_en="No liability for betas",
        summary_ja="β版サービスのご利用によって生じた損害について、当社は責任を負いません。",
        summary_en="We are not liable for what results from using a beta service.",
        places=(Place.BETAS, Place.CONSENTS),
    ),
    Clause(
        id="64-2",
        kind=CONSENT,
        title_ja="データの復旧",
        title_en="No data restoration",
        summary_ja="β版サービスのデータを復旧する義務を、当社は負いません。",
        summary_en="We have no duty to restore data of a beta service.",
        places=(Place.BETAS, Place.CONSENTS),
    ),
    Clause(
        id="65-1",
        kind=RULE | CONSENT,
        title_ja="正式サービスへの移行",
        title_en="When a beta becomes a regular service",
        summary_ja="正式サービスになったときは、お知らせする日までに新しく契約していただく必要があります。",
        summary_en="When a beta goes formal you need to conclude a new contract by the date we give.",
        explain_ja=(
            "自動では切り替わりません。データを移す義務を当社は負いません。"
            "お知らせは、電子メール、郵送またはサービスサイトで行います。"
        ),
        explain_en=(
            "Nothing is converted by itself, and we have no duty to move data. "
            "Notice is given by e-mail, by post or on the service site."
        ),
        places=(Place.BETAS, Place.DEADLINES, Place.NOTICES, Place.CONSENTS),
    ),
    Clause(
        id="66-1",
        kind=RULE | CONSENT,
        title_ja="親サービスと一緒に終了",
        title_en="It ends with its parent",
        summary_ja="親サービスの契約が終わると、β版サービスの契約も当然に終了します。",
        summary_en="When the contract of its parent service ends, the beta ends with it.",
        places=(Place.BETAS, Place.ENDINGS, Place.CONSENTS),
    ),
    Clause(
        id="66-2",
        kind=RULE | CONSENT,
        title_ja="親サービスと一緒に停止",
        title_en="It stops with its parent",
        summary_ja="親サービスの提供が中断または停止すると、β版サービスも中断または停止します。",
        summary_en="When its parent service is suspended or stopped, so is the beta.",
        places=(Place.BETAS, Place.NOTICES, Place.CONSENTS),
    ),
    Clause(
        id="66-3",
        kind=CONSENT,
        title_ja="終了・停止による損害",
        title_en="No damages",
        summary_ja="親サービスに伴う終了や停止による損害を、当社は賠償しません。",
        summary_en="We pay no damages when a beta ends or stops with its parent.",
        places=(Place.BETAS, Place.CONSENTS),
    ),
)
