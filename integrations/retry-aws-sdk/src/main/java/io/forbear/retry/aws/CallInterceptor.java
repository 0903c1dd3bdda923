package io.forbear.retry.aws;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What a strategy alone cannot: names a call, gives it options and a deadline, marks its attempts, and ends it where
 * the SDK asks the strategy no more.
 */
final class CallInterceptor implements ExecutionInterceptor {

    /** The SDK's own time-out of a call comes so much later than the deadline, which then gives the reason. */
    static final Duration AFTER_DEADLINE = Duration.ofMillis(100);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final AwsRetries retries;
    private final boolean limitsCalls;
    private final boolean limitsAttempts;

    /**
     * Makes an interceptor for a client.
     *
     * @param limitsCalls whether the client has no time-out of calls of its own
     * @param limitsAttempts whether the client has no time-out of attempts of its own
     */
    CallInterceptor(AwsRetries retries, boolean limitsCalls, boolean limitsAttempts) {
        this.retries = retries;
        this.limitsCalls = limitsCalls;
        this.limitsAttempts = limitsAttempts;
    }

    // ---- before the call

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        String service = named(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
        String operation = named(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
        CallOptions options = retries.optionsOf(service, operation);
        CallOptions ofRequest = attributes.getAttribute(AwsRetries.CALL_OPTIONS);
        if (ofRequest != null) {
            options = options.with(ofRequest);
        }
        Duration left = retries.retry().remaining().orElse(null); // of an attempt of an outer call
        if (left != null) {
            options = options.with(CallOptions.defaults().deadline(left));
        }
        Retry view = retries.view(service, operation).with(options);
        attributes.putAttribute(
                CallContext.ATTRIBUTE, new CallContext(retries.strategy(), view, service + " " + operation));
        return limited(context.request(), view);
    }

    private static String named(@Nullable String name) {
        return name == null ? "unknown" : name;
    }

    /** Lets the deadline reach the SDK's time-outs, where neither client nor request has its own. */
    private SdkRequest limited(SdkRequest request, Retry view) {
        long deadline = Math.min(view.options().deadlineNanos(), view.policy().deadlineNanos());
        long attempt = Math.min(deadline, view.policy().attemptTimeoutNanos());
        if (attempt == Long.MAX_VALUE || !(request instanceof AwsRequest aws)) {
            return request;
        }
        AwsRequestOverrideConfiguration.Builder own = aws.overrideConfiguration()
                .map(AwsRequestOverrideConfiguration::toBuilder)
                .orElseGet(AwsRequestOverrideConfiguration::builder);
        if (limitsAttempts && own.apiCallAttemptTimeout() == null) {
            own.apiCallAttemptTimeout(timeout(attempt));
        }
        if (limitsCalls && deadline != Long.MAX_VALUE && own.apiCallTimeout() == null) {
            own.apiCallTimeout(timeout(deadline).plus(AFTER_DEADLINE));
        }
        return aws.toBuilder().overrideConfiguration(own.build()).build();
    }

    private static Duration timeout(long nanos) {
        return Duration.ofNanos(Math.max(SHORTEST.toNanos(), nanos));
    }

    /** The last question before the strategy is asked, on the same thread. */
    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        CallContext call = attributes.getAttribute(CallContext.ATTRIBUTE);
        if (call != null) {
            call.handOver();
        }
        return context.httpRequest();
    }

    // ---- each attempt

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        CallToken token = token(attributes);
        if (token != null) {
            token.attemptStarted(attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.SYNC);
        }
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        CallToken token = token(attributes);
        if (token != null) {
            token.attemptReturned();
        }
    }

    // ---- the end of the call

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        CallToken token = token(attributes);
        if (token != null) {
            token.end();
        }
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        CallContext call = attributes.getAttribute(CallContext.ATTRIBUTE);
        if (call == null) {
            return;
        }
        call.forget();
        CallToken token = call.token();
        if (token != null) {
            token.end();
            keepLastFailure(context.exception(), token.lastFailure());
        }
    }

    /** The SDK's time-out of a call hides what its attempts failed with. */
    private static void keepLastFailure(Throwable end, @Nullable Throwable last) {
        if (end instanceof ApiCallTimeoutException && last != null && last != end) {
            end.addSuppressed(last);
        }
    }

    private static @Nullable CallToken token(ExecutionAttributes attributes) {
        CallContext call = attributes.getAttribute(CallContext.ATTRIBUTE);
        return call == null ? null : call.token();
    }
}
