package io.forbear.retry.core.execution;

/** Ends an asynchronous call at its deadline. */
final class DeadlineAlarm extends Alarm implements Runnable {

    private final AsyncCall<?> call;

    DeadlineAlarm(AsyncCall<?> call) {
        this.call = call;
    }

    @Override
    void rings() {
        AsyncTimeLimits.deadlineRings(call);
    }

    /** Takes the timer away: the call has ended. */
    @Override
    public void run() {
        cancel();
    }
}
