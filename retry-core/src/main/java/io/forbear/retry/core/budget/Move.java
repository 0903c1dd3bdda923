package io.forbear.retry.core.budget;

/** What a step of a ledger makes of its balance; all amounts in milli-tokens. A move that returns {@code level} writes nothing. */
@FunctionalInterface
interface Move {

    /** Takes the amount, or leaves all where it is if less than {@code keep} would remain. */
    Move SPEND = (level, most, amount, keep) -> level - keep < amount ? level : level - amount;

    /** Adds the amount, up to the most that the balance can be. */
    Move CREDIT = (level, most, amount, keep) -> amount >= most - level ? most : level + amount;

    /** Takes the amount, or what there is. */
    Move DRAIN = (level, most, amount, keep) -> Math.max(0, level - amount);

    long next(long level, long most, long amount, long keep);
}
