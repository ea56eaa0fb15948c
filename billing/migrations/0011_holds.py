"""An invoice may be captured from a hold once, and charged once for what exceeds it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0013_transfers")]

    operations = [
        migrations.RemoveConstraint(model_name="paymentattempt", name="attempt_succeeds_once"),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("card_hold", None), ("state", "SUCCEEDED")),
                fields=("purpose", "subject_pk"),
                name="attempt_succeeds_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("card_hold__isnull", False), ("state", "SUCCEEDED")),
                fields=("purpose", "subject_pk"),
                name="attempt_captures_once",
            ),
        ),
    ]
