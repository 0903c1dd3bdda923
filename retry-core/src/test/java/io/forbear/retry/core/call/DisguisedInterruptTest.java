package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.StopReason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.InterruptedByTimeoutException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class DisguisedInterruptTest {

    private static Throwable under(Throwable cause, int links) {
        Throwable link = cause;
        for (int i = 0; i < links; i++) {
            link = new RuntimeException("link " + i, link);
        }
        return link;
    }

    private static void isInterrupt(Throwable failure) {
        assertThat(Failures.never(failure)).as("%s", failure).isEqualTo(StopReason.INTERRUPTED);
        assertThat(Failures.interruptsThisThread(failure)).as("%s", failure).isTrue();
    }

    private static void isNone(Throwable failure) {
        assertThat(Failures.never(failure)).as("%s", failure).isNull();
        assertThat(Failures.interruptsThisThread(failure)).as("%s", failure).isFalse();
    }

    /** One that another library calls so, and one below it. */
    private static class PoolInterruptedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final class SubInterruptedException extends PoolInterruptedException {
        private static final long serialVersionUID = 1;
    }

    private static final class Unreadable extends SocketException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    @Test
    void an_interrupt_is_found_in_any_disguise() {
        isInterrupt(new InterruptedException());
        isInterrupt(new InterruptedIOException("interrupted"));
        isInterrupt(new SocketException("Closed by interrupt"));
        isInterrupt(under(new InterruptedException(), 15));
        isInterrupt(new ClosedByInterruptException());
        isInterrupt(new FileLockInterruptionException());
        isInterrupt(new SubInterruptedException());
        isInterrupt(new PoolInterruptedException());
    }

    @Test
    void a_time_out_is_no_interrupt_whatever_ended_the_wait_inside_it() {
        isNone(new SocketTimeoutException("Read timed out"));
        isNone(new HttpTimeoutException("request timed out"));
        isNone(new InterruptedByTimeoutException());
        isNone(new InterruptedIOException("timeout"));
        isNone(new TimeoutException().initCause(new InterruptedException()));
    }

    @Test
    void what_a_client_tells_in_a_subclass_is_judged_by_its_cause_and_its_words() {
        isNone(new InterruptedIOException("executor rejected"));
        isNone(new IOException("Connection reset"));
        isNone(new SocketException("Connection reset"));
        isNone(new Unreadable());
        isNone(under(new InterruptedException(), 16));
    }
}
