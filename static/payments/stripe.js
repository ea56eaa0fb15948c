// A card goes from the browser to Stripe and never to us; our form only says afterwards that it is there.
const start = () => {
  const form = document.querySelector("form[data-stripe-key]");
  const texts = JSON.parse(document.getElementById("card-texts").textContent);
  const [place, problem, button] = ["[data-card]", "[data-problem]", "button"].map((part) => form.querySelector(part));
  const say = (error) => {
    problem.hidden = !error;
    const text = error && (texts[error.decline_code] ?? texts[error.code] ?? texts.other);
    problem.querySelector("span").textContent = text ?? "";
  };
  if (!window.Stripe) return say({ code: "unreachable" });

  const look = getComputedStyle(place);
  const muted = getComputedStyle(form.querySelector(".help")).color;
  const base = { color: look.color, fontSize: look.fontSize, "::placeholder": { color: muted } };
  const stripe = window.Stripe(form.dataset.stripeKey, { locale: document.documentElement.lang });
  const card = stripe.elements().create("card", { hidePostalCode: true, disableLink: true, style: { base } });
  card.on("change", (event) => say(event?.error));
  card.mount(place);
  button.disabled = false;

  const give = async () => {
    try {
      return await stripe.confirmCardSetup(form.dataset.stripeSecret, { payment_method: { card } });
    } catch {
      return { error: { code: "unreachable" } };
    }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    button.setAttribute("aria-busy", "true");
    say(null);
    const { error, setupIntent } = await give();
    // Also when it had arrived before and only the answer was lost.
    if ((setupIntent ?? error?.setup_intent)?.status === "succeeded") return form.submit();
    form.removeAttribute("aria-busy");
    button.removeAttribute("aria-busy");
    say(error ?? {});
  });
};
start();
