package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.internal.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The retry throttle of a gRPC service config (gRFC A6). Each failed attempt that is retryable takes a token. Each
 * success gives the token ratio back. Retries are allowed while more than half of the tokens are there.
 *
 * <p>Made by {@link RetryBudgets#grpcThrottle}. Immutable: each method returns a new instance.
 *
 * @since 0.1
 */
public final class GrpcThrottleSpec implements RetryBudget.Spec {

    private final long maxTokensMilli;
    private final long tokenRatioMilli;
    private final long initialMilli;

    GrpcThrottleSpec(int maxTokens, double tokenRatio) {
        this.maxTokensMilli = Checks.between(1, 1000, maxTokens, "maxTokens") * TOKEN;
        Checks.check(
                tokenRatio >= 0.001 && tokenRatio <= Amounts.MOST_TOKENS,
                "tokenRatio",
                tokenRatio,
                "from 0.001 to " + Amounts.MOST_TOKENS);
        this.tokenRatioMilli = Math.min(maxTokensMilli, Amounts.milliCut(tokenRatio));
        this.initialMilli = maxTokensMilli;
    }

    private GrpcThrottleSpec(long maxTokensMilli, long tokenRatioMilli, long initialMilli) {
        this.maxTokensMilli = maxTokensMilli;
        this.tokenRatioMilli = tokenRatioMilli;
        this.initialMilli = initialMilli;
    }

    /**
     * Sets what a new throttle holds; all of its tokens by default.
     *
     * @param tokens from zero to the most tokens of the throttle
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public GrpcThrottleSpec initial(double tokens) {
        Checks.between(0, (double) maxTokensMilli / TOKEN, tokens, "initial");
        return new GrpcThrottleSpec(maxTokensMilli, tokenRatioMilli, Amounts.milli(tokens));
    }

    /**
     * Returns the most tokens.
     *
     * @return from 1 to 1000
     */
    public int maxTokens() {
        return (int) (maxTokensMilli / TOKEN);
    }

    /**
     * Returns what a success gives back.
     *
     * @return tokens, from 0.001, in thousandths
     */
    public double tokenRatio() {
        return tokenRatioMilli / 1e3;
    }

    long maxTokensMilli() {
        return maxTokensMilli;
    }

    long tokenRatioMilli() {
        return tokenRatioMilli;
    }

    long initialMilli() {
        return initialMilli;
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        return new GrpcThrottleBudget(this, clock);
    }

    /** Returns every setting: two descriptions are equal if these are. */
    private List<Object> settings() {
        return List.of(maxTokensMilli, tokenRatioMilli, initialMilli);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GrpcThrottleSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "gRPC throttle(" + Amounts.tokens(maxTokensMilli) + ", " + Amounts.tokens(tokenRatioMilli)
                + " a success)";
    }
}
