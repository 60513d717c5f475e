/**
 * Families of operations that need more than the core of the stepper, by a node's `structure`. A
 * file `family_<structure>.js` puts its object here; it travels only with traces that need it.
 *
 * forward(trace, step, cell), backward(trace, step, cell): what `working` returns for a step;
 * say(trace, step, cell, words): {headline, detail}, or null for the core's words;
 * draw(panel, trace, step, state, words, dispatch): draws the numbers; true if it did.
 */
export const FAMILIES = {};
