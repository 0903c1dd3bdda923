package io.forbear.retry.it.soak;

/** Where a part that the user plugs in can throw. */
enum Point {
    EXCEPTION_MESSAGE,
    EXCEPTION_CAUSE,
    EXCEPTION_TO_STRING,
    CLASSIFIER,
    RESULT_RULE,
    LISTENER_RETRY,
    LISTENER_STOP,
    LISTENER_RECOVERED,
    LISTENER_TRANSITION,
    LISTENER_OBSERVE,
    OBSERVER_STARTED,
    OBSERVER_RETURNED,
    OBSERVER_SUCCEEDED,
    OBSERVER_FAILED,
    OBSERVER_SCHEDULED,
    OBSERVER_CALL_SUCCEEDED,
    OBSERVER_CALL_STOPPED,
    LOG,
    OVERLOAD_SIGNAL,
    GATE_ENGAGED,
    GATE_ENTER,
    GATE_WAIT,
    GATE_LEAVE,
    GATE_SUCCEEDED,
    GATE_FAILED,
    BUDGET_STARTED,
    BUDGET_SUCCEEDED,
    BUDGET_FAILED,
    BUDGET_ATTEMPT_FAILED,
    BUDGET_WITHDRAW,
    BUDGET_REFUND,
    BREAKER_ACQUIRE,
    BREAKER_STATE,
    PERMIT_PROBE,
    PERMIT_SUCCESS,
    PERMIT_FAILURE,
    PERMIT_IGNORE,
    BACKOFF,
    RANDOM,
    SLEEPER,
    EXECUTOR,
    SCHEDULER,
    STAGE;

    /** The part that it belongs to, as {@code --without} takes it, such as {@code listener}. */
    String part() {
        int end = name().indexOf('_');
        return (end < 0 ? name() : name().substring(0, end)).toLowerCase(java.util.Locale.ROOT);
    }
}
