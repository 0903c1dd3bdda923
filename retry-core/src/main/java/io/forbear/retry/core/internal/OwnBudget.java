package io.forbear.retry.core.internal;

import io.forbear.retry.RetryBudget;

/**
 * A budget of this library. It throws only if stack or memory is exhausted, and then it has done nothing. So it needs
 * no guard, as a budget of a user does, and the engine can repeat a step that was not done.
 */
public interface OwnBudget extends RetryBudget {}
