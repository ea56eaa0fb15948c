"""Chapter 1, Articles 1 to 6: which terms apply, start, payment, end."""

from core.terms.clause import CONSENT, NOTICE, RULE, Clause, Examples, Place

CLAUSES = (
    Clause(
        id="1-1",
        kind=CONSENT,
        title_ja="適用される約款",
        title_en="Which terms apply",
        summary_ja="サービスのご利用には、基本約款とこのサービス別約款の両方が適用されます。",
        summary_en="The basic terms and these service terms both apply to whoever uses the service.",
        explain_ja=(
            "新規登録のときに両方の約款への同意をお願いしています。"
            "どの文書のどの版に、どなたが、いつ同意したかは「同意の記録」でいつでも確かめられます。"
        ),
        explain_en=(
            "You accept both when you sign up. Who accepted which version of which document, and when, "
            "stays visible to you in the record of consents."
        ),
        places=(Place.SIGN_UP, Place.CONSENTS),
    ),
    Clause(
        id="1-2",
        kind=CONSENT,
        title_ja="約款の三つの層",
        title_en="Three layers of terms",
        summary_ja="第1章は基本サービスに、第2章は各オプションに適用され、オプションによっては上位規約も加わります。",
        summary_en="Chapter 1 covers the base service, Chapter 2 each option; some options add upper terms of others.",
        explain_ja=(
            "上位規約とは、認証局やAWSなど、オプションの提供元が定める規約です。"
            "新しい版が出たときは、次にそのオプションを使うときに改めて確認をお願いします。"
            "動いているサービスが、それだけを理由に止まることはありません。"
        ),
        explain_en=(
            "Upper terms are those of a third party behind an option, such as a certification authority or AWS. "
            "When they change we ask you again the next time you use that option; "
            "nothing that is running is cut off because of it."
        ),
        places=(Place.SIGN_UP, Place.ORDERS, Place.CONSENTS),
        see=("16-1", "25-1", "79-1"),
    ),
    Clause(
        id="2-1",
        kind=RULE,
        title_ja="基本サービスの内容",
        title_en="The base service",
        summary_ja="CPU、メモリ、ディスクなどを選んで組み合わせた仮想サーバを、お客様専用に提供します。",
        summary_en="You choose CPU, memory, disk and other resources, and get a virtual server that is yours alone.",
        places=(Place.ORDERS, Place.SERVERS),
    ),
    Clause(
        id="3-1",
        kind=RULE,
        title_ja="利用開始日",
        title_en="Start date",
        summary_ja="契約が成立した日が利用開始日です。初回のお支払いが済んでいるかどうかは関係ありません。",
        summary_en="The service starts on the day the contract is concluded, whether or not a first payment was made.",
        explain_ja="日付は日本時間で決まります。1月31日の23時59分に成立した契約の利用開始日は、1月31日です。",
        explain_en=(
            "Days are counted in Japan time: a contract concluded at 23:59 on 31 January starts on 31 January."
        ),
        places=(Place.ORDERS, Place.SERVERS),
    ),
    Clause(
        id="3-2",
        kind=RULE,
        title_ja="追加・変更の暫定提供",
        title_en="Provisional start of an addition or change",
        summary_ja="サービスの追加や変更は、手続きが完了した時点から暫定的に提供し、後からお断りすることもあります。",
        summary_en="An addition or change is provided provisionally once it is requested; we may still refuse it.",
        explain_ja=(
            "注文したサービスは、すぐにお使いいただけます。お断りしないかぎり、翌日の終わり（日本時間）に確定します。\n"
            "お断りするときは、理由を添えてお知らせしたうえでサービスを止めます。データは残します。"
            "止めるまでにお使いになった分の料金はかかります。"
        ),
        explain_en=(
            "What you order can be used at once and is confirmed at the end of the next day, Japan time, "
            "unless we refuse it.\n"
            "If we refuse, we tell you why and stop the service; its data is kept. "
            "What you used until then is charged."
        ),
        places=(Place.ORDERS, Place.SERVERS, Place.NOTICES),
    ),
    Clause(
        id="4-1",
        kind=RULE,
        title_ja="お支払い期限",
        title_en="Due date",
        summary_ja="月ごとの利用料金は、翌月10日までにお支払いいただきます。",
        summary_en="The charges of a month are payable by the 10th of the following month.",
        explain_ja=(
            "期限は10日の終わり（日本時間）です。カードでのお支払いでは、10日が土日や祝日でも期限は動きません。"
        ),
        explain_en=(
            "The day counts to its end, Japan time. For cards it does not move when the 10th is a weekend or holiday."
        ),
        examples=Examples(
            ("ご利用の月", "お支払い期限"),
            ("Month of use", "Due date"),
            (("2026-10", "2026-11-10"), ("2026-12", "2027-01-10")),
        ),
        places=(Place.INVOICES, Place.DEADLINES),
        see=("13-1", "37-3"),
    ),
    Clause(
        id="4-2",
        kind=RULE,
        title_ja="お支払い方法",
        title_en="Means of payment",
        summary_ja="お支払いはクレジットカードで承ります。ほかの方法は、当社が認めた場合に限ります。",
        summary_en="You pay by credit card; other means only where we approve them.",
        explain_ja=(
            "ご利用額が当社の定める額以上になったときは、ほかの方法でのお支払いをお願いすることがあります。"
            "自動で切り替わることはなく、担当者からご連絡します。"
        ),
        explain_en=(
            "From an amount that we set, we may ask you to pay another way. "
            "Nothing switches by itself: a member of our staff gets in touch."
        ),
        places=(Place.PAYMENTS, Place.INVOICES),
    ),
    Clause(
        id="4-3",
        kind=RULE | CONSENT,
        title_ja="与信枠を確保できないとき",
        title_en="When your card can't be authorized",
        summary_ja="ご利用額に応じた与信枠をカードで確保できない間は、サービスの追加と変更ができません。",
        summary_en="While your card can't be authorized for your usage, you can't add or change services.",
        explain_ja=(
            "できなくなるのは、新しい注文と、料金が上がる変更です。"
            "閲覧、起動と停止、削除、解約、お支払い、カードの変更は、いつもどおりできます。\n"
            "動いているサービスが、このために止まったり消えたりすることはありません。"
            "与信枠を確保できしだい、元に戻ります。カードを登録するときに、この決まりへの同意をお願いしています。"
        ),
        explain_en=(
            "What stops is new orders and changes that raise the price. Looking, starting and stopping, deleting, "
            "cancelling, paying and changing your card all still work.\n"
            "Nothing that runs is suspended or deleted because of this. It is over as soon as an authorization "
            "succeeds. You agree to this rule when you register a card."
        ),
        places=(Place.PAYMENTS, Place.ORDERS, Place.CONSENTS),
    ),
    Clause(
        id="5-1",
        kind=RULE | NOTICE,
        title_ja="最低利用期間はありません",
        title_en="No minimum period",
        summary_ja="このサービスに最低利用期間はありません。",
        summary_en="This service has no minimum period of use.",
        explain_ja=(
            "いつ始めて、いつやめてもかまいません。ただし、料金が月額だけのオプションは、"
            "1日のご利用でも1か月分の料金がかかります。注文の前に、画面でそのことをお知らせします。"
        ),
        explain_en=(
            "Start and stop whenever you like. Options that are priced by the month only still cost a whole month "
            "for a single day; the order form says so beforehand."
        ),
        places=(Place.ORDERS, Place.SERVERS),
        see=("6-1", "11-3"),
    ),
    Clause(
        id="6-1",
        kind=RULE,
        title_ja="解約した日に終了",
        title_en="Cancelling ends the contract the same day",
        summary_ja="所定の方法で解約をお知らせいただくと、契約はその日に終了します。",
        summary_en="When you give notice of cancellation by our method, the contract ends that same day.",
        explain_ja=(
            "解約が確定した時点で使えなくなり、時間で計算する料金もそこで止まります。終了日は日本時間のその日です。\n"
            "オプションの中には、別の終わり方をするものがあります。解約の画面で、一緒に終わるもの、残って料金が"
            "かかり続けるものを確かめられます。"
        ),
        explain_en=(
            "Use ends the moment you confirm, and so does metering by the hour; the end date is that day, Japan time.\n"
            "Some options end by rules of their own. The dialog shows what ends together and what stays and is charged."
        ),
        places=(Place.ENDINGS, Place.SERVERS),
        see=("11-2", "14-1", "49-2", "60-2", "74-1", "84-3"),
    ),
)
