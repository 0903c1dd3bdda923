package io.forbear.retry.aws.internal;

import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.retries.DefaultRetryStrategy;

/** Requests whose retries are ours. */
public final class SingleAttempt {

    /** Switches the retries of the client off for one request. */
    public static final AwsRequestOverrideConfiguration ONCE = AwsRequestOverrideConfiguration.builder()
            .addPlugin(client -> client.overrideConfiguration(client.overrideConfiguration().toBuilder()
                    .retryStrategy(DefaultRetryStrategy.doNotRetry())
                    .build()))
            .build();

    private SingleAttempt() {}
}
