"""Chapter 2, Section 8, Articles 36 to 41: fees of Secure Mobile Connect, linked systems."""

from core.terms.clause import CONSENT, NOTICE, RULE, Clause, Examples, Place

CLAUSES = (
    Clause(
        id="36-1",
        kind=RULE,
        title_ja="SIM基本利用料",
        title_en="SIM base fee",
        summary_ja="SIM基本利用料は、登録から削除まで、SIMごとに毎月かかります。",
        summary_en="The SIM base fee is charged per SIM for every month from registration to deletion.",
        places=(Place.SIMS, Place.INVOICES),
    ),
    Clause(
        id="36-2",
        kind=RULE | NOTICE,
        title_ja="通信のない月は無料",
        title_en="Months without traffic are free",
        summary_ja="まったく通信のなかった月の基本利用料はかかりません。登録した月と削除した月は1か月分です。",
        summary_en="A month without any traffic is free. The months of registration and deletion count as whole.",
        explain_ja=(
            "閉域網でもインターネットでも、1バイトでも通信があればその月の料金がかかります。"
            "月は日本時間で区切ります。登録と削除が同じ月なら1か月分です。"
        ),
        explain_en=(
            "A single byte, private or internet, makes the month chargeable. Months are cut in Japan time. "
            "Registered and deleted in one month is one fee."
        ),
        places=(Place.ORDERS, Place.SIMS, Place.INVOICES),
    ),
    Clause(
        id="36-3",
        kind=RULE | NOTICE,
        title_ja="登録のたびに1回分",
        title_en="Each registration is charged",
        summary_ja="同じSIMを同じ月に何度か登録したときは、登録の回数分の料金がかかります。",
        summary_en="When the same SIM is registered several times in a month, each registration is charged.",
        explain_ja="たとえば3月10日に削除して3月20日に登録し直し、3月中に通信があれば、3月分は2回分です。",
        explain_en="Deleted on 10 March and registered again on the 20th, with traffic in March: two fees for March.",
        places=(Place.ORDERS, Place.SIMS, Place.INVOICES),
    ),
    Clause(
        id="37-1",
        kind=RULE,
        title_ja="回線維持手数料",
        title_en="Line maintenance fee",
        summary_ja="12か月続けて通信のないSIMには、回線維持手数料がかかり、その後も12か月ごとにかかります。",
        summary_en="A SIM silent for 12 months running incurs a line maintenance fee, and again every 12 months after.",
        explain_ja=(
            "一度も通信していないSIMは登録した月から、通信したことのあるSIMは最後に通信した月の翌月から数えます。"
            "1バイトでも通信すれば数え直しです。\n"
            "12か月目の月末までにSIMを削除すれば、手数料はかかりません。11か月たったところでお知らせします。"
        ),
        explain_en=(
            "We count from the month of registration, or from the month after the last traffic. "
            "One byte starts the count anew.\n"
            "Delete the SIM before the 12th month ends and no fee arises; we remind you after 11 months."
        ),
        examples=Examples(
            ("登録した日", "最後の通信", "発生する月", "支払期限"),
            ("Registered", "Last traffic", "Arises in", "Due"),
            (
                ("2024-02-15", "–", "2025-01", "2025-02-10"),
                ("2024-02-15", "2024-02-20", "2025-02", "2025-03-10"),
                ("2024-01-01", "2024-03-31", "2025-03", "2025-04-10"),
                ("2025-12-31", "–", "2026-11", "2026-12-10"),
            ),
        ),
        places=(Place.SIMS, Place.DEADLINES, Place.INVOICES),
        see=("s-2",),
    ),
    Clause(
        id="37-2",
        kind=RULE,
        title_ja="手数料はSIMごと",
        title_en="The fee is per SIM",
        summary_ja="回線維持手数料は、SIM1枚ごとにかかります。",
        summary_en="The line maintenance fee is charged for each SIM.",
        places=(Place.SIMS, Place.INVOICES),
    ),
    Clause(
        id="37-3",
        kind=RULE,
        title_ja="手数料の支払期限",
        title_en="When the fee is due",
        summary_ja="回線維持手数料は、発生した月の翌月10日までにお支払いいただきます。",
        summary_en="It is due on the 10th of the month after the month in which it arose.",
        explain_ja="発生するのは12か月目の月です。その月の請求書に載ります。",
        explain_en="It arises in the 12th silent month and is on that month's invoice.",
        places=(Place.INVOICES, Place.DEADLINES),
    ),
    Clause(
        id="38-1",
        kind=RULE,
        title_ja="データ通信料",
        title_en="Data charge",
        summary_ja="データ通信料は、当社が測定した通信量に応じてかかります。",
        summary_en="Data is charged by the volume that we measure.",
        places=(Place.SIMS, Place.INVOICES),
    ),
    Clause(
        id="38-2",
        kind=RULE,
        title_ja="データパック",
        title_en="Data packs",
        summary_ja="定額の方式を選ぶと、決められた通信量までデータ通信料が定額になります。",
        summary_en="If you choose a pack, data up to a set volume costs a fixed amount.",
        explain_ja="プロジェクト全体で分け合い、余った分は翌月に繰り越しません。超えた分は通信量に応じてかかります。",
        explain_en="It is shared by the whole project and not carried over; what exceeds it is charged by volume.",
        places=(Place.CONNECT, Place.ORDERS, Place.INVOICES),
    ),
    Clause(
        id="39-1",
        kind=RULE,
        title_ja="モバイルゲートウェイの料金",
        title_en="Mobile gateway fee",
        summary_ja="モバイルゲートウェイの料金は、作成から削除まで、1台ごとに毎月かかります。",
        summary_en="Each mobile gateway is charged for every month from creation to deletion.",
        explain_ja="電源を切っていても、通信がなくてもかかります。",
        explain_en="It is charged whether or not it is powered on or carries traffic.",
        places=(Place.GATEWAYS, Place.INVOICES),
    ),
    Clause(
        id="39-2",
        kind=RULE | NOTICE,
        title_ja="作成月も削除月も1か月分",
        title_en="Whole months only",
        summary_ja="モバイルゲートウェイは、作成した月も削除した月も1か月分の料金がかかります。",
        summary_en="The months of creation and deletion are charged as whole months.",
        explain_ja="同じ月に作成して削除すれば1か月分、削除してから新しく作ると2台分です。",
        explain_en="Created and deleted in one month is one fee; deleting one and creating another is two.",
        places=(Place.ORDERS, Place.GATEWAYS, Place.INVOICES),
    ),
    Clause(
        id="40-1",
        kind=NOTICE,
        title_ja="サブオプションの料金",
        title_en="Sub-option fees",
        summary_ja="サブオプションの料金は、それぞれの利用条件で定めます。",
        summary_en="The fees of sub-options are set by their own conditions.",
        places=(Place.SIMS, Place.GATEWAYS, Place.ORDERS),
    ),
    Clause(
        id="41-1",
        kind=CONSENT,
        title_ja="連携先システムはお客様の契約で",
        title_en="Linked systems are your own contracts",
        summary_ja="連携先のシステムは、お客様ご自身で提供元と契約し、その契約を守って使っていただきます。",
        summary_en="You contract with the provider of a linked system yourself and keep that contract.",
        explain_ja="当社はその内容を確かめません。連携の結果は、すべてお客様の責任となります。",
        explain_en="We don't check it, and all results of linking are yours.",
        places=(Place.CONNECT, Place.CONSENTS),
        see=("57-1",),
    ),
    Clause(
        id="41-2",
        kind=CONSENT,
        title_ja="連携先との契約が優先",
        title_en="That contract prevails",
        summary_ja="お客様と連携先の間のことは、お客様と連携先との契約が優先します。",
        summary_en="Between you and the linked system's provider, your contract with them prevails.",
        places=(Place.CONNECT, Place.CONSENTS),
        see=("57-2",),
    ),
)
