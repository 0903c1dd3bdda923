package io.forbear.retry.lab.plan;

/** Settings of the AWS SDK for Java 2, whose standard mode has a backoff and a quota of its own. */
final class AwsExport implements PolicyExport {

    @Override
    public String title() {
        return "AWS SDK for Java 2 (backoff and quota are its own; no breaker)";
    }

    @Override
    public String file(PolicyPlan plan) {
        return "aws-sdk.txt";
    }

    @Override
    public String text(PolicyPlan plan) {
        return """
                # environment
                AWS_RETRY_MODE=standard
                AWS_MAX_ATTEMPTS=%d
                # client
                .overrideConfiguration(o -> o
                        .apiCallTimeout(Duration.ofMillis(%d))
                        .apiCallAttemptTimeout(Duration.ofMillis(%d)))
                """.formatted(
                        plan.attempts(),
                        plan.request().deadline().toMillis(),
                        plan.attemptTimeout().toMillis());
    }
}
