import type { Charge } from './charge';

/** The page where a payer approves or declines a charge; its form is the confirm endpoint itself. */
export function payPage(charge: Charge): string {
  const buttons = `<form method="post" action="/v1/charges/${charge.id}/confirm">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="decline">Decline</button>
</form>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sandbox payment</title>
<h1>Order ${escaped(charge.orderRef)}</h1>
<p>${charge.amount} ${charge.currency} in minor units: ${charge.status.replace('_', ' ')}</p>
${charge.status === 'requires_action' ? buttons : ''}
</html>
`;
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
