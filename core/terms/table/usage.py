"""Chapter 1, Articles 7 to 10: pauses, hosts, quality guarantee, passports."""

from core.terms.clause import CONSENT, NOTICE, RULE, Clause, Examples, Place

CLAUSES = (
    Clause(
        id="7-1",
        kind=RULE,
        title_ja="サーバの一時停止",
        title_en="Pausing a server",
        summary_ja="お客様は、サービスサイトで定める方法により、基本サービスを一時停止できます。",
        summary_en="You may pause the base service by the method given on the service site.",
        explain_ja=(
            "サーバを停止すると、次に起動するまでが一時停止です。"
            "障害やメンテナンスなど当社の都合による停止や、一度も起動していないサーバは、一時停止に数えません。"
        ),
        explain_en=(
            "A server you stop is paused until its next start. Stops on our side, such as a host failure or "
            "maintenance, and servers never started do not count as a pause."
        ),
        places=(Place.SERVERS,),
    ),
    Clause(
        id="7-2",
        kind=RULE,
        title_ja="一時停止中の料金",
        title_en="Charges during a pause",
        summary_ja="一時停止中の料金とお支払い方法は、サービスサイトで定めます。",
        summary_en="What a pause costs and how it is paid is set on the service site.",
        explain_ja="停止中のサーバに料金はかかりません。ディスクの料金は、停止中もかかります。",
        explain_en="A stopped server costs nothing. Its disks are charged for as long as they exist.",
        places=(Place.SERVERS, Place.INVOICES),
    ),
    Clause(
        id="7-3",
        kind=RULE,
        title_ja="一時停止は3か月まで",
        title_en="A pause lasts at most 3 months",
        summary_ja="3か月を超えて一時停止を続けることはできません。",
        summary_en="You must not keep a server paused for more than 3 months.",
        explain_ja=(
            "停止した日の翌日から、暦に従って3か月を数えます。3か月後に同じ日がない月は、その月の末日までです。"
            "途中で起動すると、数え直しになります。\n"
            "2か月たったときと期限の14日前に、お知らせします。"
        ),
        explain_en=(
            "We count 3 calendar months from the day after the stop; where the month has no such day, to its last day. "
            "Any start begins the count anew.\n"
            "We remind you after 2 months and 14 days before the limit."
        ),
        examples=Examples(
            ("停止した日", "続けられる最後の日", "超過となる日"),
            ("Stopped on", "Last allowed day", "Too long from"),
            (
                ("2025-01-15", "2025-04-15", "2025-04-16"),
                ("2025-11-27", "2026-02-27", "2026-02-28"),
                ("2025-11-30", "2026-02-28", "2026-03-01"),
                ("2025-12-01", "2026-03-01", "2026-03-02"),
                ("2024-02-29", "2024-05-31", "2024-06-01"),
            ),
        ),
        places=(Place.SERVERS, Place.DEADLINES, Place.NOTICES),
    ),
    Clause(
        id="7-4",
        kind=RULE,
        title_ja="再開か終了かのお願い",
        title_en="Notice: resume or end",
        summary_ja="3か月を超えたときは、1か月以上の猶予を置いて、再開か契約の終了かを選ぶようお知らせすることがあります。",
        summary_en="After 3 months we may ask you, with at least one month's grace, to resume or to end the contract.",
        explain_ja=(
            "お知らせには期限と、二つの選択肢を書きます。期限は30日後ではなく、暦で数えた1か月後です。\n"
            "期限までにサーバを起動するか、契約を終了すれば、それで終わりです。"
            "その後また停止したときは、新しく3か月を数えます。"
        ),
        explain_en=(
            "The notice names the deadline and both choices. The grace is a calendar month, not 30 days.\n"
            "Start the server or end its contract by then and the matter is closed. "
            "If you stop it again later, a new count of 3 months begins."
        ),
        examples=Examples(
            ("お知らせの日", "期限"),
            ("Notice sent on", "Deadline"),
            (
                ("2026-01-27", "2026-02-27"),
                ("2026-01-31", "2026-02-28"),
                ("2026-03-01", "2026-04-01"),
                ("2026-12-31", "2027-01-31"),
                ("2028-01-31", "2028-02-29"),
            ),
        ),
        places=(Place.SERVERS, Place.DEADLINES, Place.NOTICES, Place.CASES),
    ),
    Clause(
        id="7-5",
        kind=RULE,
        title_ja="期限を過ぎたときの措置",
        title_en="Measures after the deadline",
        summary_ja="期限までに再開も終了もないときは、契約の終了、利用の制限など四つの措置をとることがあります。",
        summary_en="If you neither resume nor end by the deadline, we may take one or more of four measures.",
        explain_ja=(
            "四つの措置とは、①契約の終了、②提供の停止または利用の制限、③禁止行為への対応、④基本約款による解除です。\n"
            "自動で行われることはありません。担当者が内容を確かめて決め、記録を残し、メールでお知らせします。"
            "対象は停止しているサーバだけで、ほかのサービスには及びません。"
        ),
        explain_en=(
            "They are: (1) ending the contract, (2) suspending the service or restricting its use, (3) acting as on "
            "prohibited conduct, (4) cancelling under the basic terms.\n"
            "None of them is automatic: staff look at the case, decide, record it and write to you. "
            "Only the paused server is concerned, nothing else of yours."
        ),
        places=(Place.SERVERS, Place.NOTICES, Place.CASES),
    ),
    Clause(
        id="7-6",
        kind=NOTICE,
        title_ja="一時停止の詳細",
        title_en="Details of pausing",
        summary_ja="一時停止についての詳しい条件は、サービスサイトに掲載します。",
        summary_en="The details of pausing are published on the service site.",
        places=(Place.SERVERS, Place.HELP),
    ),
    Clause(
        id="8-1",
        kind=NOTICE,
        title_ja="物理機器には触れられません",
        title_en="No access to the hardware",
        summary_ja="サービスを動かしている物理的な機器に、お客様が直接触れることはできません。",
        summary_en="You have no physical access to the machines on which the service runs.",
        places=(Place.HELP,),
    ),
    Clause(
        id="9-1",
        kind=RULE,
        title_ja="品質保証（SLA）",
        title_en="Quality guarantee (SLA)",
        summary_ja="月間稼働率が保証値を下回ったときは、別に定めるSLAに従って品質を保証します。",
        summary_en="When monthly uptime falls below the guaranteed value, a separate SLA applies.",
        explain_ja=(
            "保証値を下回ったサーバについて、翌月末までに申請していただくと、その月の料金の一部または全部を減額します。"
            "予告したメンテナンス、お客様による停止、SMSに起因するものは計算に入りません。"
        ),
        explain_en=(
            "For a server below the guaranteed value you may claim a reduction of that month's fee until the end of "
            "the next month. Announced maintenance, your own stops and anything caused by SMS do not count."
        ),
        places=(Place.INCIDENTS, Place.INVOICES),
        see=("77-1",),
    ),
    Clause(
        id="10-1",
        kind=RULE,
        title_ja="割引パスポート",
        title_en="Discount passport",
        summary_ja="料金を前払いしてパスポートを購入すると、対象のサービスとプランが一定期間割引になります。",
        summary_en="A passport paid in advance discounts specific services and plans for a period.",
        explain_ja=(
            "お支払いが成功した時点で有効になります。特定のサーバには結び付かず、"
            "毎月、同じプランのサーバのうち料金の高いものから順に適用されます。ディスクとオプションは対象外です。"
        ),
        explain_en=(
            "It becomes active once its payment succeeds. It is not tied to one server: each month it applies to the "
            "servers of its plan with the highest charges first. Disks and options are not discounted."
        ),
        places=(Place.PASSPORTS, Place.INVOICES),
    ),
    Clause(
        id="10-2",
        kind=RULE | CONSENT,
        title_ja="パスポートは事業用、返金・延長なし",
        title_en="Passports: for business use, no refund, no extension",
        summary_ja="パスポートは事業用途に限り、解約や価格改定などどのような理由でも、返金も期間の延長もしません。",
        summary_en="A passport is for business use only and is never refunded or extended, whatever the cause.",
        explain_ja=(
            "事業に使うことをお申し出いただければ、個人のお客様も購入できます。"
            "対象のサービスを途中で解約しても、料金が下がっても、前払いした額は戻りません。購入の前に必ずお知らせします。"
        ),
        explain_en=(
            "Individuals may buy one too if they declare business use. What you paid does not come back, even if you "
            "cancel the service or its price changes; we say so before you buy."
        ),
        places=(Place.PASSPORTS, Place.ORDERS, Place.CONSENTS),
    ),
)
