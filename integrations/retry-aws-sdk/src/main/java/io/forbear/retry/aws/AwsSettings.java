package io.forbear.retry.aws;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * The SDK's settings of retries, where the SDK looks for them: system properties, then the environment, then the
 * profile. The order, and which profile settings count, were tried on 2.57.8.
 */
final class AwsSettings {

    private final Function<String, @Nullable String> properties;
    private final Function<String, @Nullable String> environment;
    private final Supplier<ProfileFile> profiles;
    private final @Nullable String profileName;

    AwsSettings(
            Function<String, @Nullable String> properties,
            Function<String, @Nullable String> environment,
            Supplier<ProfileFile> profiles,
            @Nullable String profileName) {
        this.properties = properties;
        this.environment = environment;
        this.profiles = profiles;
        this.profileName = profileName;
    }

    /** Returns whether {@code AWS_NEW_RETRIES_2026} is on. */
    boolean rules2026() {
        return system("aws.newRetries2026", "AWS_NEW_RETRIES_2026")
                .map(text -> switch (text.trim().toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default ->
                        throw new IllegalStateException("aws.newRetries2026 or AWS_NEW_RETRIES_2026: \"" + text
                                + "\" (expected: true or false)");
                })
                .orElse(false);
    }

    /** Returns the mode that is set, as text that is not empty. */
    Optional<AwsRetryMode> mode() {
        return system("aws.retryMode", "AWS_RETRY_MODE")
                .or(() -> profile("retry_mode"))
                .map(AwsRetryMode::of);
    }

    /**
     * Returns the attempts that are set.
     *
     * @param ofProfile whether the profile counts too, which it does under the rules of 2026 only
     * @throws NumberFormatException for a text that is no number, as the SDK throws it
     * @throws IllegalArgumentException for a number below 1
     */
    Optional<Integer> maxAttempts(boolean ofProfile) {
        return system("aws.maxAttempts", "AWS_MAX_ATTEMPTS")
                .or(() -> ofProfile ? profile("max_attempts") : Optional.empty())
                .map(AwsSettings::attempts);
    }

    private static int attempts(String text) {
        int value = number(text);
        if (value < 1) {
            throw new IllegalArgumentException(
                    "aws.maxAttempts, AWS_MAX_ATTEMPTS or max_attempts: " + value + " (expected: >= 1)");
        }
        return value;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            NumberFormatException named = new NumberFormatException(
                    "aws.maxAttempts, AWS_MAX_ATTEMPTS or max_attempts: \"" + text + "\" (expected: a number from 1)");
            named.initCause(e);
            throw named;
        }
    }

    /** What is empty counts as not set. */
    private Optional<String> system(String property, String variable) {
        String value = properties.apply(property);
        return notEmpty(value == null ? environment.apply(variable) : value);
    }

    private Optional<String> profile(String name) {
        String chosen =
                profileName == null ? system("aws.profile", "AWS_PROFILE").orElse("default") : profileName;
        Optional<Profile> profile = profiles.get().profile(chosen);
        return profile.flatMap(found -> found.property(name)).flatMap(AwsSettings::notEmpty);
    }

    private static Optional<String> notEmpty(@Nullable String text) {
        return text == null || text.isBlank() ? Optional.empty() : Optional.of(Objects.requireNonNull(text));
    }
}
