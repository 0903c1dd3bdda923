package io.forbear.retry.core.decision;

import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Classification;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.StopReason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** A call whose attempts somebody else makes: decisions without execution. Not thread-safe, as {@link RetryCall} says. */
public final class HandMadeCall implements RetryCall {

    private final CallState call;

    private HandMadeCall(CallState call) {
        this.call = call;
    }

    /**
     * Begins a call.
     *
     * @throws CircuitOpenException where the breaker does not let the first attempt through; all who count are told
     * @throws GateRefusedException where the gate does not
     */
    public static RetryCall begin(CallState call) {
        if (call.starts() < 0) {
            throw (RuntimeException) call.failure();
        }
        return new HandMadeCall(call);
    }

    @Override
    public int attempt() {
        return call.attempt();
    }

    @Override
    public RetryDecision failed(Throwable failure) {
        return asValue(call.afterFailure(Objects.requireNonNull(failure, "failure"), true));
    }

    @Override
    public RetryDecision failed(Classification classification) {
        return asValue(call.afterFailure(Objects.requireNonNull(classification, "classification"), null));
    }

    private static RetryDecision asValue(long decision) {
        return Decision.isStop(decision)
                ? new RetryDecision.GiveUp(Decision.reason(decision))
                : new RetryDecision.Retry(Duration.ofNanos(decision));
    }

    @Override
    public boolean resume() {
        return call.resumes() >= 0;
    }

    @Override
    public RetryDecision atGate() {
        return asValue(call.asksGate());
    }

    @Override
    public void succeeded() {
        call.succeeded();
    }

    @Override
    public void abandoned() {
        call.abandoned();
    }

    @Override
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(call.stopReason());
    }
}
