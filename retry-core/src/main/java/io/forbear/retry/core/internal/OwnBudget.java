package io.forbear.retry.core.internal;

import io.forbear.retry.RetryBudget;

/**
 * A budget of this library: it throws nothing but the machine's want of stack or memory, and then it has done nothing. So it is not
 * guarded as a budget of a user is, and the engine can repeat what was not done.
 */
public interface OwnBudget extends RetryBudget {}
