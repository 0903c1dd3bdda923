package io.forbear.retry.core.budget;

/**
 * A step of a ledger: computes the next balance from {@code level}, the present one. All amounts are in milli-tokens. A
 * move that returns {@code level} writes nothing.
 */
@FunctionalInterface
interface Move {

    /** Takes the amount, or nothing if less than {@code keep} would remain. */
    Move SPEND = (level, most, amount, keep) -> level - keep < amount ? level : level - amount;

    /** Adds the amount, up to the most that the balance can be. */
    Move CREDIT = (level, most, amount, keep) -> amount >= most - level ? most : level + amount;

    /** Takes the amount, or the whole balance if that is less. */
    Move DRAIN = (level, most, amount, keep) -> Math.max(0, level - amount);

    /** Takes half of the balance, at least the amount, or the whole balance if that is less. */
    Move HALVE = (level, most, amount, keep) -> Math.max(0, Math.min(level / 2, level - amount));

    long next(long level, long most, long amount, long keep);
}
