package io.forbear.retry.grpc;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy as the service config of a gRPC channel, for retries that the channel makes by itself.
 *
 * <pre>{@code
 * ServiceConfig config = ServiceConfig.of(policy).throttling(10, 0.1);
 * ManagedChannelBuilder.forTarget(target).defaultServiceConfig(config.toMap());
 * config.unsaid().forEach(log::warn);
 * }</pre>
 *
 * <p>A channel can say less than a policy: {@link #unsaid()} names each part that is lost or read otherwise. Nothing
 * else is; so a policy for which it names only the parts of a {@code Retry} that are no policy makes the same attempts.
 *
 * <p>Immutable: each method returns a new instance.
 *
 * @since 0.1
 */
public final class ServiceConfig {

    /*
     * Sources: gRFC A6 (retryPolicy, retryThrottling; a wait is ±20 % of the backoff since its change of 2024), and
     * the schema service_config.proto. grpc-java reads perAttemptRecvTimeout and does not keep to it, so it is not
     * written.
     */

    /** The most attempts that a channel makes unless its builder says more: {@value}. */
    public static final int MOST_ATTEMPTS = 5;

    private static final double CHANNEL_JITTER = 0.2;
    private static final double CLOSE = 0.01;
    private static final long SHORTEST_NANOS = 1_000_000;

    private final RetryPolicy policy;
    private final @Nullable String service;
    private final @Nullable String method;
    private final @Nullable Map<String, Object> throttling;

    private ServiceConfig(
            RetryPolicy policy,
            @Nullable String service,
            @Nullable String method,
            @Nullable Map<String, Object> throttling) {
        this.policy = policy;
        this.service = service;
        this.method = method;
        this.throttling = throttling;
    }

    /**
     * Returns a policy as the config of all methods of a channel, without throttling.
     *
     * @param policy what is said
     * @return a config
     */
    public static ServiceConfig of(RetryPolicy policy) {
        return new ServiceConfig(Objects.requireNonNull(policy, "policy"), null, null, null);
    }

    /**
     * Returns this for the methods of one service.
     *
     * @param name its full name, such as {@code shop.v1.Orders}
     * @return a new config
     */
    public ServiceConfig forService(String name) {
        return new ServiceConfig(policy, Objects.requireNonNull(name, "name"), null, throttling);
    }

    /**
     * Returns this for one method.
     *
     * @param serviceName the full name of its service
     * @param methodName its name, such as {@code Find}
     * @return a new config
     */
    public ServiceConfig forMethod(String serviceName, String methodName) {
        return new ServiceConfig(
                policy,
                Objects.requireNonNull(serviceName, "serviceName"),
                Objects.requireNonNull(methodName, "methodName"),
                throttling);
    }

    /**
     * Returns this with a throttle, which is for the whole channel: a failure takes a token, a success gives the ratio
     * of one, and no attempt is made again while not more than half of the tokens are left.
     *
     * @param maxTokens from 1 to 1000
     * @param tokenRatio above 0; gRPC keeps three decimals
     * @return a new config
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ServiceConfig throttling(int maxTokens, double tokenRatio) {
        if (maxTokens < 1 || maxTokens > 1000) {
            throw new IllegalArgumentException("maxTokens: " + maxTokens + " (expected: 1 to 1000)");
        }
        if (!(tokenRatio >= 0.001)) {
            throw new IllegalArgumentException("tokenRatio: " + tokenRatio + " (expected: at least 0.001)");
        }
        return new ServiceConfig(
                policy,
                service,
                method,
                Map.of("maxTokens", (double) maxTokens, "tokenRatio", Math.floor(tokenRatio * 1000) / 1000));
    }

    /**
     * Returns the config as {@code ManagedChannelBuilder.defaultServiceConfig} takes it.
     *
     * @return maps, lists, strings and doubles; not to be changed
     */
    public Map<String, Object> toMap() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("methodConfig", List.of(methodConfig()));
        if (throttling != null) {
            config.put("retryThrottling", throttling);
        }
        return config;
    }

    /**
     * Returns the config as JSON, as a name resolver, a file or xDS takes it.
     *
     * @return one line
     */
    public String toJson() {
        return Json.write(toMap());
    }

    private Map<String, Object> methodConfig() {
        Map<String, Object> name = new LinkedHashMap<>();
        if (service != null) {
            name.put("service", service);
        }
        if (method != null) {
            name.put("method", method);
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("name", List.of(name));
        if (policy.deadlineNanos() != Long.MAX_VALUE) {
            config.put("timeout", seconds(policy.deadlineNanos()));
        }
        if (retries()) {
            config.put("retryPolicy", retryPolicy());
        }
        return config;
    }

    private boolean retries() {
        return policy.isEnabled() && policy.isIdempotent() && policy.maxAttempts() > 1 && !codes().isEmpty();
    }

    private Map<String, Object> retryPolicy() {
        Map<String, Object> retry = new LinkedHashMap<>();
        retry.put("maxAttempts", (double) policy.maxAttempts());
        retry.put("initialBackoff", seconds(ceiling(1)));
        retry.put(
                "maxBackoff",
                seconds(Math.max(ceiling(1), policy.backoff().max().toNanos())));
        retry.put("backoffMultiplier", growth());
        retry.put("retryableStatusCodes", codes());
        return retry;
    }

    private long ceiling(int attempt) {
        return Math.max(SHORTEST_NANOS, policy.backoff().ceilingNanos(attempt));
    }

    private double growth() {
        return (double) ceiling(2) / ceiling(1);
    }

    /** The codes after which the policy retries what may be repeated. */
    private List<String> codes() {
        List<String> codes = new ArrayList<>();
        for (Status.Code code : Status.Code.values()) {
            if (code != Status.Code.OK) {
                Classification found =
                        policy.classifier().classify(code.toStatus().asRuntimeException());
                if (found != null && found.isRetryable(policy.isRetryable(found.category()))) {
                    codes.add(code.name());
                }
            }
        }
        return codes;
    }

    private static String seconds(long nanos) {
        return java.math.BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString() + "s";
    }

    // ---- what is lost

    /**
     * Returns what a channel does not do, or does otherwise than the policy: one sentence each, {@code name: what the
     * policy says (gRPC: what the channel does)}.
     *
     * @return never empty: a channel has no breaker, and follows every pushback
     */
    public List<String> unsaid() {
        List<String> lost = new ArrayList<>();
        if (!retries()) {
            lost.add(noRetries());
        } else {
            attempts(lost);
            backoff(lost);
        }
        if (policy.attemptTimeoutNanos() != Long.MAX_VALUE) {
            lost.add("attemptTimeout: " + Duration.ofNanos(policy.attemptTimeoutNanos())
                    + " (gRPC: an attempt may take as long as the call)");
        }
        if (policy.isNestedRefused()) {
            lost.add("refuseNested: true (gRPC: a call is retried inside a retry too)");
        }
        if (policy.resultClassifier() != null) {
            lost.add("classifyResult: a rule for responses (gRPC: a response is a success)");
        }
        lost.add("pushback: " + policy.pushback() + " (gRPC: any wait that the server asks for, within the deadline)");
        lost.add("budget, circuit breaker, gate: those of a Retry (gRPC: "
                + (throttling == null ? "none" : "retryThrottling " + Json.write(throttling)) + ")");
        return lost;
    }

    private String noRetries() {
        if (!policy.isEnabled()) {
            return "retryPolicy: left out, for the policy is not enabled (gRPC: transparent retries alone)";
        }
        if (!policy.isIdempotent()) {
            return "nonIdempotent: retried only where nothing was executed (gRPC: a status does not say so; retryPolicy"
                    + " is left out, transparent retries remain)";
        }
        return policy.maxAttempts() == 1
                ? "retryPolicy: left out, for maxAttempts is 1 (gRPC: at least 2)"
                : "retryPolicy: left out, for no status is retried (gRPC: at least one)";
    }

    private void attempts(List<String> lost) {
        int most = policy.maxAttempts();
        if (most > MOST_ATTEMPTS) {
            lost.add("maxAttempts: " + most + " (gRPC: " + MOST_ATTEMPTS
                    + ", unless the channel's builder says maxRetryAttempts(" + most + "))");
        }
        for (Criticality criticality : Criticality.values()) {
            for (ErrorCategory category : ErrorCategory.values()) {
                int own = policy.maxAttempts(category, criticality);
                boolean listed = codes().stream().anyMatch(code -> category == categoryOf(code));
                if (listed && own != most) {
                    lost.add("maxAttempts: " + own + " for " + criticality + " calls that end with " + category
                            + " (gRPC: " + most + " for all)");
                }
            }
        }
    }

    private @Nullable ErrorCategory categoryOf(String code) {
        Classification found = policy.classifier()
                .classify(Status.Code.valueOf(code).toStatus().asRuntimeException());
        return found == null ? null : found.category();
    }

    private void backoff(List<String> lost) {
        Backoff own = policy.backoff();
        if (own.isAdaptive() || !isExponential()) {
            lost.add("backoff: " + own + " (gRPC: " + seconds(ceiling(1)) + " × " + growth() + " each time, at most "
                    + own.max() + ")");
        }
        if (!own.jitter().toString().equals(Jitter.proportional(CHANNEL_JITTER).toString())) {
            lost.add("jitter: " + own.jitter() + " (gRPC: ±20 %)");
        }
        for (ErrorCategory category : ErrorCategory.values()) {
            Backoff other = policy.backoff(category);
            if (!other.equals(own) && codes().stream().anyMatch(code -> category == categoryOf(code))) {
                lost.add("backoff: " + other + " after " + category + " (gRPC: one for all)");
            }
        }
    }

    /** Tells whether the ceilings grow by one factor up to the cap. */
    private boolean isExponential() {
        double expected = ceiling(1);
        for (int attempt = 1; attempt < policy.maxAttempts(); attempt++) {
            double capped = Math.min(
                    expected, Math.max(SHORTEST_NANOS, policy.backoff().max().toNanos()));
            if (policy.backoff().ceilingNanos(attempt) < SHORTEST_NANOS
                    || Math.abs(policy.backoff().ceilingNanos(attempt) - capped) > capped * CLOSE) {
                return false;
            }
            expected *= growth();
        }
        return true;
    }

    @Override
    public String toString() {
        return toJson();
    }
}
