package io.forbear.retry.spring;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Reads as a policy what {@code @Retryable} says. Sources: the annotations of Spring Framework 7.0 and spring-retry
 * 2.0, and what their interceptors make of them.
 */
final class RetryableReader {

    /** The longest wait of spring-retry where its backoff multiplies and says none. */
    private static final Duration LONGEST_OF_SPRING_RETRY = Duration.ofSeconds(30);

    private static final int MOST_CAUSES = 16;

    private final EmbeddedValueResolver placeholders;
    private final MergedAnnotation<?> annotation;
    private final String place;
    private final Problems problems;

    RetryableReader(
            EmbeddedValueResolver placeholders, MergedAnnotation<?> annotation, String place, Problems problems) {
        this.placeholders = placeholders;
        this.annotation = annotation;
        this.place = place;
        this.problems = problems;
    }

    /** Returns the policy of an annotation of Spring Framework. */
    RetryPolicy ofFramework() {
        Class<?> predicate = annotation.getClass("predicate");
        if (!predicate.getSimpleName().equals("MethodRetryPredicate")) {
            problems.add(place, "predicate", predicate.getName(), "none; the policy of a service classifies failures");
        }
        TimeUnit unit = annotation.getEnum("timeUnit", TimeUnit.class);
        Function<String, Duration> times = name -> time(name, unit);
        Duration delay = times.apply("delay");
        Duration jitter = times.apply("jitter");
        double factor = delay.isZero() ? 0 : Math.min(1, jitter.toMillis() / (double) Math.max(1, delay.toMillis()));
        RetryPolicy.Builder policy = policy().maxAttempts(
                        attempts(number("maxRetries", annotation.getLong("maxRetries")) + 1))
                .backoff(exponential(
                        delay,
                        times.apply("maxDelay"),
                        number("multiplier", annotation.getDouble("multiplier")),
                        factor == 0 ? Jitter.none() : Jitter.proportional(factor)))
                .classifier(classifier(types("includes"), types("excludes")));
        Duration timeout = times.apply("timeout");
        return (timeout.isZero() ? policy : policy.deadline(timeout)).build();
    }

    /** Returns the policy of an annotation of spring-retry. */
    RetryPolicy ofSpringRetry() {
        refuse("interceptor", annotation.getString("interceptor"), "");
        refuse("exceptionExpression", annotation.getString("exceptionExpression"), "");
        refuse("listeners", List.of(annotation.getStringArray("listeners")), List.of());
        refuse("notRecoverable", List.of(annotation.getClassArray("notRecoverable")), List.of());
        refuse("stateful", annotation.getBoolean("stateful"), false);
        int attempts = attempts(
                expression(annotation, "maxAttemptsExpression", annotation.getInt("maxAttempts"), Double::valueOf));
        return policy().maxAttempts(attempts)
                .backoff(backoffOfSpringRetry(
                        annotation.getAnnotation("backoff", java.lang.annotation.Annotation.class)))
                .classifier(classifier(types("retryFor"), types("noRetryFor")))
                .build();
    }

    /** A policy whose kinds of failure all wait as long. */
    private static RetryPolicy.Builder policy() {
        RetryPolicy.Builder policy = RetryPolicy.builder();
        for (ErrorCategory category : ErrorCategory.values()) {
            policy.reset(category);
        }
        return policy;
    }

    private void refuse(String name, Object value, Object none) {
        if (!value.equals(none)) {
            problems.add(place, name, value, "none; @ForbearRetry has no such thing");
        }
    }

    private Backoff backoffOfSpringRetry(MergedAnnotation<?> backoff) {
        Duration delay = millis(expression(backoff, "delayExpression", backoff.getLong("delay"), Double::valueOf));
        Duration max = millis(expression(backoff, "maxDelayExpression", backoff.getLong("maxDelay"), Double::valueOf));
        double multiplier =
                expression(backoff, "multiplierExpression", backoff.getDouble("multiplier"), Double::valueOf);
        boolean random = backoff.getBoolean("random");
        if (multiplier > 0) {
            Duration longest = max.compareTo(delay) > 0 ? max : LONGEST_OF_SPRING_RETRY;
            return exponential(delay, longest, multiplier, random ? Jitter.full() : Jitter.none());
        }
        if (max.compareTo(delay) <= 0) {
            return exponential(delay, delay, 1, Jitter.none());
        }
        // anything between both, as likely as any other
        double factor = (max.toMillis() - delay.toMillis()) / (double) (max.toMillis() + delay.toMillis());
        return exponential(max.plus(delay).dividedBy(2), max, 1, Jitter.proportional(factor));
    }

    private static Backoff exponential(Duration delay, Duration max, double multiplier, Jitter jitter) {
        if (delay.isZero()) {
            return Backoff.none();
        }
        Duration longest = max.compareTo(delay) < 0 ? delay : max;
        return Backoff.exponential(delay, longest)
                .multiplier(Math.max(1, multiplier))
                .jitter(jitter);
    }

    private static Duration millis(double value) {
        return Duration.ofMillis((long) Math.max(0, value));
    }

    private static int attempts(double value) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, value));
    }

    /** What the types say holds; where there is none, every exception is retried. */
    private static ErrorClassifier classifier(List<Class<?>> included, List<Class<?>> excluded) {
        return failure -> {
            Classification usual = ErrorClassifier.defaults().classify(failure);
            if (usual == null) {
                return null;
            }
            boolean retried = !isAny(excluded, failure) && (included.isEmpty() || isAny(included, failure));
            return retried ? usual.retryable() : usual.notRetryable();
        };
    }

    private static boolean isAny(List<Class<?>> types, Throwable failure) {
        Throwable link = failure;
        for (int i = 0; i < MOST_CAUSES && link != null; i++) {
            for (Class<?> type : types) {
                if (type.isInstance(link)) {
                    return true;
                }
            }
            link = link.getCause();
        }
        return false;
    }

    private List<Class<?>> types(String name) {
        return new ArrayList<>(List.of(annotation.getClassArray(name)));
    }

    // ---- values that may be text

    private double number(String name, double value) {
        return expression(annotation, name + "String", value, Double::valueOf);
    }

    private Duration time(String name, TimeUnit unit) {
        Duration plain = Duration.of(annotation.getLong(name), unit.toChronoUnit());
        DurationFormat.Unit format = DurationFormat.Unit.fromChronoUnit(unit.toChronoUnit());
        return expression(
                annotation, name + "String", plain, text -> DurationFormatterUtils.detectAndParse(text, format));
    }

    private <T> T expression(MergedAnnotation<?> from, String name, T value, Function<String, T> parse) {
        String text = from.getString(name);
        if (text.isBlank()) {
            return value;
        }
        @Nullable String resolved = null;
        try {
            resolved = placeholders.resolveStringValue(text);
            return resolved == null || resolved.isBlank() ? value : parse.apply(resolved.strip());
        } catch (RuntimeException unreadable) {
            problems.add(place, name, resolved == null ? text : resolved, "a value; " + unreadable.getMessage());
            return value;
        }
    }

    private double expression(MergedAnnotation<?> from, String name, double value, Function<String, Double> parse) {
        Double boxed = value;
        return expression(from, name, boxed, parse);
    }
}
