package io.forbear.retry.export;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a policy can say beside attempts and the backoff that holds after every failure. */
enum Feature {
    DEADLINE(false, "no bound of a whole call", Feature::deadline, policy -> false),

    ATTEMPT_TIMEOUT(false, "no timeout of an attempt", Feature::attemptTimeout, policy -> false),

    BUDGET(
            true,
            "nothing bounds the retries of many calls",
            policy -> named("budget", policy.budgetText()),
            p -> false),

    CLIENT_BUDGET(true, "no budget of a client", policy -> named("client budget", policy.clientBudget()), p -> false),

    BREAKER(
            false,
            "calls go on while the service is down",
            policy -> named("circuit breaker", policy.breakerText()),
            policy -> false),

    GATE(false, "no limit of the rate of attempts", policy -> named("gate", policy.gateText()), policy -> false),

    IDEMPOTENT(
            true,
            "an attempt that may have been executed is repeated too",
            policy -> policy.policy().isIdempotent()
                    ? ""
                    : "idempotent: false, only what was certainly not executed is retried",
            policy -> false),

    CATEGORIES(true, "not told apart", Feature::categories, policy -> false),

    CLASSIFIER(
            true,
            "the rules of the target decide what is retried",
            policy -> policy.policy().classifier() == ErrorClassifier.defaults()
                    ? ""
                    : "classifier: " + policy.classifierText(),
            policy -> false),

    RESULTS(
            true,
            "a response is a success",
            policy -> policy.policy().resultClassifier() == null ? "" : "classifyResult: rules for results, in code",
            policy -> false),

    CRITICALITY(true, "one number for all calls", Feature::criticality, Feature::isUsualCriticality),

    CATEGORY_ATTEMPTS(true, "one number for all failures", Feature::categoryAttempts, policy -> false),

    CATEGORY_BACKOFF(
            true, "one backoff for all failures", Feature::categoryBackoff, policy -> !hasOwnCategoryBackoff(policy)),

    PUSHBACK(
            true,
            "its own rule, or none, for a wait that the server asks for",
            policy -> "pushback: " + policy.policy().pushback(),
            policy -> policy.policy()
                    .pushback()
                    .toString()
                    .equals(RetryPolicy.defaults().pushback().toString())),

    NESTED(
            true,
            "a call is retried inside a retry too",
            policy -> policy.policy().isNestedRefused() ? "refuse-nested: true" : "",
            policy -> false);

    private final boolean ofRetries;
    private final String usuallyInstead;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Function<ExportedPolicy, String> said;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Predicate<ExportedPolicy> usual;

    Feature(
            boolean ofRetries,
            String usuallyInstead,
            Function<ExportedPolicy, String> said,
            Predicate<ExportedPolicy> usual) {
        this.ofRetries = ofRetries;
        this.usuallyInstead = usuallyInstead;
        this.said = said;
        this.usual = usual;
    }

    /** Whether it means nothing if a call is made once. */
    boolean isOfRetries() {
        return ofRetries;
    }

    /** Returns what a target does that knows nothing of this. */
    String usuallyInstead() {
        return usuallyInstead;
    }

    /** Returns what the policy says of it, empty for nothing. */
    String saidBy(ExportedPolicy policy) {
        return said.apply(policy);
    }

    /** Whether what the policy says is what every policy says where nobody writes anything. */
    boolean isUsual(ExportedPolicy policy) {
        return usual.test(policy);
    }

    private static String named(String name, String value) {
        return value.isEmpty() ? "" : name + ": " + value;
    }

    private static String deadline(ExportedPolicy policy) {
        long nanos = policy.policy().deadlineNanos();
        return nanos == Long.MAX_VALUE ? "" : "deadline: " + Units.text(nanos);
    }

    private static String attemptTimeout(ExportedPolicy policy) {
        long nanos = policy.policy().attemptTimeoutNanos();
        return nanos == Long.MAX_VALUE ? "" : "attempt-timeout: " + Units.text(nanos);
    }

    private static String categories(ExportedPolicy policy) {
        List<String> own = new ArrayList<>();
        for (ErrorCategory category : ErrorCategory.values()) {
            boolean retryable = policy.policy().isRetryable(category);
            if (retryable != category.isRetryableByDefault()) {
                own.add("retryable." + Units.word(category) + ": " + retryable);
            }
        }
        return String.join(", ", own);
    }

    /** The most attempts of calls of this criticality, whatever they fail with. */
    private static int attempts(RetryPolicy policy, Criticality criticality) {
        int most = 1;
        for (ErrorCategory category : ErrorCategory.values()) {
            most = Math.max(most, policy.maxAttempts(category, criticality));
        }
        return most;
    }

    private static String criticality(ExportedPolicy policy) {
        List<String> own = new ArrayList<>();
        for (Criticality criticality : Criticality.values()) {
            int attempts = attempts(policy.policy(), criticality);
            if (attempts != policy.attempts()) {
                own.add("max-attempts." + Units.word(criticality) + ": " + attempts);
            }
        }
        return String.join(", ", own);
    }

    private static boolean isUsualCriticality(ExportedPolicy policy) {
        RetryPolicy own = policy.policy();
        return attempts(own, Criticality.CRITICAL) == own.maxAttempts()
                && attempts(own, Criticality.NORMAL) == own.maxAttempts()
                && attempts(own, Criticality.SHEDDABLE) == RetryPolicy.DEFAULT_SHEDDABLE_ATTEMPTS;
    }

    private static String categoryAttempts(ExportedPolicy policy) {
        List<String> own = new ArrayList<>();
        for (ErrorCategory category : ErrorCategory.values()) {
            int most = 1;
            for (Criticality criticality : Criticality.values()) {
                most = Math.max(most, policy.policy().maxAttempts(category, criticality));
            }
            if (most != policy.attempts() && policy.policy().isRetryable(category)) {
                own.add("max-attempts." + Units.word(category) + ": " + most);
            }
        }
        return String.join(", ", own);
    }

    private static String categoryBackoff(ExportedPolicy policy) {
        List<String> own = new ArrayList<>();
        for (ErrorCategory category : ErrorCategory.values()) {
            if (isOther(policy.policy(), category)) {
                own.add("backoff." + Units.word(category) + ": "
                        + policy.policy().backoff(category));
            }
        }
        return String.join(", ", own);
    }

    private static boolean isOther(RetryPolicy policy, ErrorCategory category) {
        return policy.isRetryable(category) && !policy.backoff(category).equals(policy.backoff());
    }

    /** By default the backoff begins at a second after a rate limit, and is as it is otherwise. */
    private static boolean hasOwnCategoryBackoff(ExportedPolicy exported) {
        RetryPolicy policy = exported.policy();
        for (ErrorCategory category : ErrorCategory.values()) {
            var usual = RetryPolicy.defaults().backoff(category);
            var own = policy.backoff(category);
            if (isOther(policy, category)
                    && !Objects.equals(own, usual)
                    && !own.equals(policy.backoff().base(usual.base()))) {
                return true;
            }
        }
        return false;
    }
}
