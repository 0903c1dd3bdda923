package io.forbear.retry.core.execution;

/**
 * Ends an asynchronous call at its deadline. Set once for the whole call, when it first lets go, and taken away when it
 * ends: the call holds it as the {@link Runnable} that does that.
 */
final class DeadlineAlarm extends Alarm implements Runnable {

    private final AsyncEvents call;

    DeadlineAlarm(AsyncEvents call) {
        this.call = call;
    }

    @Override
    void rings() {
        call.deadlineReached();
    }

    /** Takes the timer away: the call has ended. */
    @Override
    public void run() {
        cancel();
    }
}
