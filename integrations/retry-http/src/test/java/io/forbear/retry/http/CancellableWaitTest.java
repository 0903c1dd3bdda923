package io.forbear.retry.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a cancel interrupts the thread of a call, and that no code outside of a wait sees it. */
class CancellableWaitTest {

    private final CancellableWait wait = new CancellableWait();

    @AfterEach
    void clears() {
        Thread.interrupted();
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    @Test
    void aCallThatIsNotCancelledIsNotInterrupted() {
        assertThat(wait.attemptStarted()).isTrue();
        wait.attemptFailed();
        assertThat(isInterrupted()).isFalse();
        assertThat(wait.attemptStarted()).isTrue();

        assertThat(wait.callEnded()).isFalse();
    }

    @Test
    void aCancelBeforeTheFirstAttemptInterruptsTheWaitAtTheGate() {
        wait.cancel();

        assertThat(isInterrupted()).isTrue();
        assertThat(wait.attemptStarted()).as("the attempt may be made").isFalse();
        assertThat(isInterrupted()).isFalse();
    }

    @Test
    void aCancelInAnAttemptInterruptsOnlyWhenTheAttemptHasFailed() {
        wait.attemptStarted();

        wait.cancel();
        assertThat(isInterrupted()).isFalse();
        wait.attemptFailed();
        assertThat(isInterrupted()).isTrue();

        assertThat(wait.callEnded()).isTrue();
        assertThat(isInterrupted()).isFalse();
    }

    @Test
    void aCancelBetweenAttemptsIsTakenBackBeforeTheCallEnds() {
        wait.attemptStarted();
        wait.attemptFailed();

        wait.cancel();
        wait.cancel();

        assertThat(isInterrupted()).isTrue();
        assertThat(wait.callEnded()).isTrue();
        assertThat(isInterrupted()).isFalse();
    }

    /** The wait ends for it anyway, and the user finds the flag as it was. */
    @Test
    void anInterruptOfTheUserStays() {
        wait.attemptStarted();
        wait.attemptFailed();
        Thread.currentThread().interrupt();

        wait.cancel();

        assertThat(wait.callEnded()).isTrue();
        assertThat(isInterrupted()).isTrue();
    }

    @Test
    void aCancelAfterTheEndChangesNothing() {
        wait.attemptStarted();
        wait.callEnded();

        wait.cancel();

        assertThat(isInterrupted()).isFalse();
    }

    @Test
    void anotherThreadEndsTheWaitOfThisOne() throws InterruptedException {
        wait.attemptStarted();
        wait.attemptFailed();
        Thread other = new Thread(wait::cancel);
        other.start();

        while (!isInterrupted()) {
            Thread.onSpinWait();
        }
        assertThat(wait.callEnded()).isTrue();
        other.join();
    }
}
