"""Chapter 2, Sections 6 and 7 (Articles 20 to 30): AWS connection, archive sharing."""

from core.terms.clause import CONSENT, NOTICE, RULE, Clause, Place

AWS = (
    Clause(
        id="20-1",
        kind=RULE,
        title_ja="AWS接続の内容",
        title_en="The AWS connection",
        summary_ja="AWS Direct Connectとローカルルータを使い、お客様のAWS環境と閉域で接続します。",
        summary_en="It joins your AWS environment privately, through AWS Direct Connect and a local router.",
        places=(Place.NETWORKS,),
    ),
    Clause(
        id="21-1",
        kind=RULE,
        title_ja="AWS接続に必要な契約",
        title_en="What the AWS connection needs",
        summary_ja="お客様ご自身のAWSの契約と、ローカルルータの契約の両方が必要です。",
        summary_en="You need your own AWS contract and a local router contract.",
        places=(Place.ORDERS, Place.NETWORKS),
    ),
    Clause(
        id="22-1",
        kind=RULE,
        title_ja="AWS接続の料金",
        title_en="Fees of the AWS connection",
        summary_ja="AWS接続の料金は、基本料金とデータ転送料金からなります。",
        summary_en="The fee consists of a basic fee and a data fee.",
        places=(Place.ORDERS, Place.INVOICES),
        see=("23-1", "24-1"),
    ),
    Clause(
        id="23-1",
        kind=RULE | NOTICE,
        title_ja="基本料金は月額固定",
        title_en="A flat basic fee by the month",
        summary_ja="基本料金は月ごとの定額で、日割り計算をしません。始めた月も解約した月も1か月分です。",
        summary_en="The basic fee is flat by the month, not pro rata: first and last month are whole months.",
        explain_ja="同じ月のうちに始めて解約したときは、1か月分だけです。",
        explain_en="Starting and cancelling within one month costs one month.",
        places=(Place.ORDERS, Place.INVOICES),
    ),
    Clause(
        id="24-1",
        kind=RULE,
        title_ja="データ転送料金",
        title_en="Data fee",
        summary_ja="当社からAWSへ送ったデータの量に応じて、月ごとに料金がかかります。",
        summary_en="Data sent from us to AWS is charged by volume, month by month.",
        places=(Place.INVOICES, Place.NETWORKS),
    ),
    Clause(
        id="24-2",
        kind=RULE,
        title_ja="データ量の測定",
        title_en="How data is measured",
        summary_ja="データの量は、当社が測定した値によります。",
        summary_en="The volume is the one that we measure.",
        places=(Place.INVOICES,),
    ),
    Clause(
        id="24-3",
        kind=RULE | NOTICE,
        title_ja="AWSからの通信はAWSが請求",
        title_en="The other direction is billed by AWS",
        summary_ja="AWSから当社へ送られるデータの料金は、AWSからお客様に請求されます。",
        summary_en="Data sent from AWS to us is billed to you by AWS.",
        explain_ja="量は画面に表示しますが、当社の請求書には載りません。",
        explain_en="We show its volume, but it is never on our invoice.",
        places=(Place.ORDERS, Place.NETWORKS),
    ),
    Clause(
        id="25-1",
        kind=CONSENT,
        title_ja="AWSカスタマーアグリーメント",
        title_en="AWS Customer Agreement",
        summary_ja="AWSカスタマーアグリーメントの最新の版を守っていただきます。",
        summary_en="The latest version of the AWS Customer Agreement binds you.",
        places=(Place.ORDERS, Place.CONSENTS),
    ),
    Clause(
        id="26-1",
        kind=CONSENT,
        title_ja="責任の境界",
        title_en="Where our responsibility ends",
        summary_ja="当社が責任を負うのは、AWSの回線終端装置が当社の構内網につながる点から当社側で起きたことだけです。",
        summary_en="We answer only for our side of the point where AWS's line terminal joins our in-building network.",
        places=(Place.ORDERS, Place.NETWORKS, Place.CONSENTS),
    ),
    Clause(
        id="27-1",
        kind=RULE | CONSENT,
        title_ja="AWSによる変更・廃止",
        title_en="Changes or abolition by AWS",
        summary_ja="AWS側の変更や廃止により、AWS接続を変更または廃止することがあります。できるかぎり早くお知らせします。",
        summary_en="Changes at AWS may change or end this option. We try to tell you without delay.",
        explain_ja="変更や廃止そのもの、またはお知らせの遅れによる損害について、当社は責任を負いません。",
        explain_en="We are not liable for the change, the abolition or a late notice.",
        places=(Place.ORDERS, Place.NOTICES, Place.CONSENTS),
    ),
)

ARCHIVE_SHARING = (
    Clause(
        id="28-1",
        kind=NOTICE,
        title_ja="アーカイブ共有の条件",
        title_en="Conditions of archive sharing",
        summary_ja="ご利用の条件は、アーカイブ共有の画面に掲載します。",
        summary_en="Its conditions of use stand on the archive sharing page.",
        places=(Place.ARCHIVES,),
    ),
    Clause(
        id="28-2",
        kind=RULE,
        title_ja="アーカイブ共有は無料",
        title_en="Archive sharing is free",
        summary_ja="アーカイブの共有に料金はかかりません。",
        summary_en="Sharing an archive costs nothing.",
        places=(Place.ARCHIVES,),
    ),
    Clause(
        id="29-1",
        kind=RULE | CONSENT,
        title_ja="共有キーを作る前に",
        title_en="Before you make a share key",
        summary_ja="共有キーの取り扱いについて、三つの事項をあらかじめご承知いただきます。",
        summary_en="You acknowledge three points about share keys beforehand.",
        explain_ja=(
            "①共有キーの管理と受け渡しは、お客様の責任です。\n"
            "②共有キーを持つ人はだれでも、アーカイブを読み、複製できます。\n"
            "③争いごとは、お客様の費用と責任で解決していただきます。\n"
            "共有キーは作ったときに一度だけ表示します。いつでも作り直したり、無効にしたりできます。"
        ),
        explain_en=(
            "(1) Keeping and handing over the key is your responsibility.\n"
            "(2) Whoever holds the key can read and copy the archive.\n"
            "(3) Disputes are yours to settle at your own cost.\n"
            "The key is shown once, when it is made. You can replace or revoke it at any time."
        ),
        places=(Place.ARCHIVES, Place.CONSENTS),
    ),
    Clause(
        id="30-1",
        kind=RULE | CONSENT,
        title_ja="共有してはならないもの",
        title_en="What must not be shared",
        summary_ja="第三者の権利を侵害するものや、マルウェアを含むものを共有してはなりません。",
        summary_en="Nothing that infringes the rights of others or contains malware may be shared.",
        explain_ja="見つけた方はアーカイブの画面から通報できます。担当者が確かめ、共有キーを無効にします。",
        explain_en="Anyone who finds such an archive can report it; staff look into it and disable the key.",
        places=(Place.ARCHIVES, Place.CASES, Place.CONSENTS),
    ),
)
