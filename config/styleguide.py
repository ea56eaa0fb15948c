"""The style guide: every component of the console, with samples as a customer sees them (data, in Japanese)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.gates import public
from core.cards import Card

CHARGES = (18_240, 19_310, 21_020, 20_750, 24_230, 26_900, 31_180, 30_440, 35_870, 41_150, 44_600, 52_300)
LOAD = (12, 18, 15, 22, 35, 31, 44, 40, 28, 37, 52, 47)
PLANS = [
    ("1", Card("1コア / 1GB", "¥7 / 時間・¥79 / 日", "¥1,595")),
    ("2", Card("2コア / 4GB", "¥19 / 時間・¥209 / 日", "¥4,180")),
    ("4", Card("4コア / 8GB", "¥33 / 時間・¥368 / 日", "¥7,370")),
    ("8", Card("8コア / 32GB", "¥130 / 時間・¥1,430 / 日", "¥28,600")),
]
NAV = (
    ("", (("ダッシュボード", "home"),)),
    ("コンピュート", (("サーバ", "server"), ("ディスク", "database"), ("アーカイブ", "archive"), ("SSH鍵", "key"))),
    ("請求", (("今月のご利用", "currency-yen"), ("請求書", "file-invoice"), ("カード", "credit-card"))),
    (
        "アカウント",
        (
            ("組織", "building"),
            ("プロジェクト", "folder"),
            ("メンバー", "users"),
            ("APIキー", "api"),
            ("操作ログ", "history"),
            ("お知らせ", "bell"),
            ("規約と同意", "file-text"),
        ),
    ),
)
SERVERS = (
    ("web-prod-01", "113701234501", "ok", "稼働中", "石狩第1ゾーン", "2コア / 4GB", "203.0.113.11", 3_740),
    ("web-prod-02", "113701234502", "ok", "稼働中", "石狩第1ゾーン", "2コア / 4GB", "203.0.113.12", 3_740),
    ("db-primary", "113701234503", "ok", "稼働中", "石狩第2ゾーン", "8コア / 32GB", "192.168.10.5", 28_600),
    ("db-standby", "113701234504", "busy", "起動中", "東京第2ゾーン", "8コア / 32GB", "192.168.20.5", 14_300),
    ("batch-nightly", "113701234505", "idle", "停止中", "石狩第1ゾーン", "4コア / 8GB", "203.0.113.19", 0),
    ("dev-sandbox", "113701234507", "warn", "停止中（92日）", "石狩第2ゾーン", "1コア / 2GB", "203.0.113.31", 0),
    ("mail-relay", "113701234508", "bad", "起動失敗", "東京第2ゾーン", "1コア / 1GB", "203.0.113.32", 1_595),
)
SAMPLES = (
    {
        "label": "API",
        "text": 'curl -u TOKEN:SECRET -X POST /api/cloud/1.1/server -d \'{"Server":{"Name":"web-prod-03"}}\'',
    },
    {"label": "CLI", "text": "usacloud server create --name web-prod-03 --cpu 2 --memory 4 --zone is1a"},
)


class Sample(forms.Form):
    """One field of every kind."""

    plan = forms.ChoiceField(label="プラン", widget=forms.RadioSelect, choices=PLANS)
    name = forms.CharField(label="名前", max_length=64)
    zone = forms.ChoiceField(label="ゾーン", choices=[("is1a", "石狩第1ゾーン"), ("tk1b", "東京第2ゾーン")])
    disk = forms.IntegerField(label="ディスク（GB）", help_text="暗号化ディスクは作成後に変更できません。")
    key = forms.CharField(label="公開鍵")
    note = forms.CharField(label="説明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    after = forms.ChoiceField(
        label="作成後", widget=forms.RadioSelect, choices=[("on", "すぐに起動する"), ("off", "停止したままにする")]
    )
    agree = forms.BooleanField(label="サービス別約款を読み、同意します。")

    def clean_key(self) -> str:
        """Shows how a refusal of one field looks."""
        raise forms.ValidationError(
            "公開鍵の形式が正しくありません。ssh-ed25519 または ssh-rsa で始まる1行を貼り付けてください。"
        )


def nav() -> list[dict[str, Any]]:
    """The menu of the samples, with "servers" as the current page."""
    return [
        {
            "label": label,
            "entries": [
                {"label": name, "icon": icon, "url": "#", "active": name == "サーバ"} for name, icon in entries
            ],
        }
        for label, entries in NAV
    ]


def listing() -> dict[str, Any]:
    """What the list engine hands to toolbar and pager."""
    states = [
        {"value": "", "label": "すべて", "selected": True},
        {"value": "RUNNING", "label": "稼働中", "selected": False},
    ]
    return {
        "searchable": True,
        "search_hint": "名前・ID・IP・タグ",
        "filters": [{"name": "state", "label": "状態", "options": states}],
        "csv_url": "#",
        "count_label": "全 8 件中 1–7 件",
        "next_url": "#lists",
    }


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every component, each in the states it can have."""
    given = {
        "plan": "2",
        "name": "web-prod-03",
        "zone": "is1a",
        "disk": "40",
        "key": "ssh-rsa AAA",
        "after": "on",
        "agree": "on",
    }
    months = [f"{(11 + i) % 12 + 1}月" for i in range(12)]
    context = {
        "nav": nav(),
        "projects": [{"name": "本番環境", "detail": "株式会社サンプル", "url": "#", "active": True}],
        "project": {"name": "本番環境", "organisation": "株式会社サンプル"},
        "access": "作成・削除",
        "unread": 3,
        "form": Sample(given),
        "page": listing(),
        "servers": SERVERS,
        "samples": SAMPLES,
        "charges": list(zip(months, CHARGES, strict=True)),
        "load": LOAD,
        "tags": ("本番", "web", "東日本"),
    }
    return render(request, "core/styleguide.html", context)


public(page)
