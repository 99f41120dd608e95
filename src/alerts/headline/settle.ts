/**
 * Time after which an alert keeps its title and sentence, ms. Within it the first findings of one cause arrive. What follows later, a
 * repair too, is a further finding of the alert. What operators have read changes only with a more urgent finding, and with one that
 * recurs after the alert was over.
 */
export const settleMs = 60_000;
