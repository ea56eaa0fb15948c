"""Chapter 2, Sections 1 to 5 (Articles 11 to 19): addresses, hybrid, tamper detection, bridge, local router."""

from core.terms.clause import CONSENT, NOTICE, RULE, Clause, Examples, Place

ADDITIONAL_IP = (
    Clause(
        id="11-1",
        kind=RULE,
        title_ja="追加IPアドレスの申し込み条件",
        title_en="Who can order additional addresses",
        summary_ja="追加IPアドレスは、ルータ＋スイッチを利用している間に限り申し込めます。",
        summary_en="Additional IP addresses can be ordered only while you use a router+switch.",
        places=(Place.NETWORKS, Place.ORDERS),
    ),
    Clause(
        id="11-2",
        kind=RULE,
        title_ja="ルータ＋スイッチと一緒に終了",
        title_en="They end with their router+switch",
        summary_ja="ルータ＋スイッチの契約が終わると、その追加IPアドレスの契約も当然に終了します。",
        summary_en="When a router+switch contract ends, the contracts of its additional addresses end with it.",
        explain_ja="解約の画面で、一緒に終わる追加IPアドレスを確かめられます。終了後のメールにも一覧を載せます。",
        explain_en="The dialog lists the addresses that will end, and so does the mail you get afterwards.",
        places=(Place.NETWORKS, Place.ENDINGS, Place.NOTICES),
    ),
    Clause(
        id="11-3",
        kind=RULE | NOTICE,
        title_ja="月の途中でも1か月分",
        title_en="Whole months only",
        summary_ja="追加IPアドレスの契約が月の途中で終わっても、その月は1か月分の料金がかかります。",
        summary_en="If the contract ends during a month, that whole month is charged.",
        explain_ja=(
            "料金は月額だけなので、始めた月も1か月分です。"
            "同じ月のうちに終了して申し込み直すと、新しい契約となり、もう1か月分かかります。"
        ),
        explain_en=(
            "They are priced by the month only, so the first month is whole as well. "
            "Ending and ordering again within one month is a new contract and costs a second month."
        ),
        places=(Place.ORDERS, Place.INVOICES, Place.ENDINGS),
    ),
)

HYBRID = (
    Clause(
        id="12-1",
        kind=RULE,
        title_ja="ハイブリッド接続の申し込み条件",
        title_en="Who can order a hybrid connection",
        summary_ja="専用サーバ、VPS、クラウド、ハウジング、リモートハウジングのいずれかをご利用の方が申し込めます。",
        summary_en="Users of a dedicated server, VPS, the cloud, housing or remote housing can order it.",
        places=(Place.NETWORKS, Place.ORDERS),
    ),
    Clause(
        id="13-1",
        kind=RULE,
        title_ja="初回料金の支払期限",
        title_en="Due date of the first fee",
        summary_ja="初回の料金は、利用開始日の翌月末までにお支払いいただきます。",
        summary_en="The first fee is due at the end of the month after the month of the start date.",
        examples=Examples(
            ("利用開始日", "初回料金の支払期限"),
            ("Start date", "First fee due"),
            (("2026-01-05", "2026-02-28"), ("2025-12-31", "2026-01-31"), ("2028-01-31", "2028-02-29")),
        ),
        places=(Place.INVOICES, Place.DEADLINES),
    ),
    Clause(
        id="13-2",
        kind=RULE,
        title_ja="ハイブリッド接続の支払方法",
        title_en="How the hybrid connection is paid",
        summary_ja="当社が用意する支払方法から選ぶか、対象サービスの一つの請求に合算できます。",
        summary_en="Choose any means of payment we offer, or have it merged with the bill of one eligible service.",
        explain_ja=(
            "クラウドと時間課金の専用サーバの請求には合算できません。ハイブリッド接続の請求書は、クラウドとは別になります。"
        ),
        explain_en=(
            "It can't be merged with the bill of the cloud or of an hourly dedicated server: "
            "here it comes as an invoice of its own."
        ),
        places=(Place.PAYMENTS, Place.INVOICES),
    ),
    Clause(
        id="14-1",
        kind=RULE,
        title_ja="基本サービスが終わっても残ります",
        title_en="It outlives the base services",
        summary_ja="基本サービスがすべて終わっても、ハイブリッド接続の契約は残ります。",
        summary_en="The hybrid contract continues even when all your base services have ended.",
        explain_ja=(
            "やめるときは、ハイブリッド接続そのものを解約してください。"
            "最後の基本サービスを解約する画面で、料金がかかり続けることをお知らせします。"
        ),
        explain_en=(
            "To end it, cancel it itself. When you cancel your last base service, the dialog warns you that "
            "it goes on being charged."
        ),
        places=(Place.ENDINGS, Place.NETWORKS),
    ),
)

TAMPER = (
    Clause(
        id="15-1",
        kind=NOTICE,
        title_ja="Web改ざん検知の条件",
        title_en="Conditions of web tamper detection",
        summary_ja="ご利用の条件は、サービスサイトに掲載します。",
        summary_en="Its conditions of use are published on the service site.",
        places=(Place.TAMPER, Place.ORDERS),
    ),
    Clause(
        id="16-1",
        kind=CONSENT,
        title_ja="GRED利用規約の遵守",
        title_en="The GRED terms apply",
        summary_ja="ご利用の時点で最新の、セキュアブレイン社のGRED利用規約を守っていただきます。",
        summary_en="You must follow SecureBrain's GRED terms in the version that is latest when you use it.",
        explain_ja="新しい版が出たときは、次に使うときに改めて同意をお願いします。動いている検知は止めません。",
        explain_en="When a new version appears we ask you at your next use; running checks are not stopped.",
        places=(Place.TAMPER, Place.ORDERS, Place.CONSENTS),
    ),
)

BRIDGE = (
    Clause(
        id="17-1",
        kind=NOTICE,
        title_ja="ブリッジ接続の条件",
        title_en="Conditions of the bridge connection",
        summary_ja="ご利用の条件は、サービスサイトに掲載します。",
        summary_en="Its conditions of use are published on the service site.",
        places=(Place.NETWORKS, Place.ORDERS),
    ),
)

LOCAL_ROUTER = (
    Clause(
        id="18-1",
        kind=RULE | NOTICE,
        title_ja="ローカルルータの条件",
        title_en="Conditions of the local router",
        summary_ja="ご利用の条件と上限は、サービスサイトに掲載します。",
        summary_en="Its conditions of use and limits are published on the service site.",
        places=(Place.NETWORKS, Place.ORDERS),
    ),
    Clause(
        id="19-1",
        kind=RULE | CONSENT,
        title_ja="ピア接続の前にご承知いただくこと",
        title_en="Before you peer",
        summary_ja="ピア接続に伴う六つの事項を、あらかじめご承知いただきます。",
        summary_en="You acknowledge six points about peer connections in advance.",
        explain_ja=(
            "①リソースIDとシークレットキーの受け渡しと管理は、お客様の責任です。\n"
            "②接続先のアカウントから、お客様のデータに届くようになります。\n"
            "③接続先の設定しだいで、第三のアカウントとも互いに通信できることがあります。\n"
            "④争いごとは、お客様の費用と責任で解決していただきます。\n"
            "⑤ネットワークとルータは、お客様ご自身で設定していただきます。\n"
            "⑥接続先の契約状況によって接続が切れることがあり、その場合も解約するまで料金がかかります。"
        ),
        explain_en=(
            "(1) Exchanging and keeping the resource id and secret key is your responsibility.\n"
            "(2) The peer's account can reach your data.\n"
            "(3) By the peer's settings third accounts may become reachable, in both directions.\n"
            "(4) Disputes are yours to settle at your own cost.\n"
            "(5) You set up the network and the routers yourself.\n"
            "(6) The state of the peer's contract may break the connection, "
            "and the fee goes on until you cancel."
        ),
        places=(Place.ORDERS, Place.NETWORKS, Place.CONSENTS),
    ),
)
