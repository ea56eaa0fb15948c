"""Supplementary provisions."""

from core.terms.clause import NOTICE, RULE, Clause, Examples, Place

CLAUSES = (
    Clause(
        id="s-1",
        kind=NOTICE,
        title_ja="約款の発効日",
        title_en="Effective date",
        summary_ja="この約款は2023年6月5日に発効し、2022年8月1日の版に代わるものです。",
        summary_en="These terms take effect on 5 June 2023 and replace the version of 1 August 2022.",
        places=(Place.TERMS,),
    ),
    Clause(
        id="s-2",
        kind=RULE,
        title_ja="2022年8月1日に登録済みのSIM",
        title_en="SIMs registered on 1 August 2022",
        summary_ja="2022年8月1日の時点で登録されていたSIMの回線維持手数料は、その日から12か月を数えます。",
        summary_en="For SIMs already registered on 1 August 2022, the 12 silent months are counted from that day.",
        explain_ja="その後も、通信のない12か月が続くごとにかかります。",
        explain_en="After that, the fee arises again with every 12 further silent months.",
        examples=Examples(
            ("登録した日", "最後の通信", "発生する月", "支払期限"),
            ("Registered", "Last traffic", "Arises in", "Due"),
            (
                ("2021-01-10", "–", "2023-07", "2023-08-10"),
                ("2021-01-10", "2022-10-03", "2023-10", "2023-11-10"),
                ("2022-08-01", "–", "2023-07", "2023-08-10"),
            ),
        ),
        places=(Place.SIMS, Place.INVOICES),
    ),
)
