package io.forbear.retry.aws;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * Retry mode, most attempts and size of the connection pool, for the builder of any client of the SDK.
 *
 * <pre>{@code
 * AwsRetryConfigManager config = AwsRetryConfigManager.builder().maxConnections(100).build();
 * SqsClient sqs = config.configure(SqsClient.builder()).build();
 * DynamoDbClient dynamoDb = config.configure(DynamoDbClient.builder()).build();
 * }</pre>
 *
 * <h2>Where mode and attempts come from</h2>
 *
 * <table>
 *   <caption>The first that is there and not empty counts.</caption>
 *   <tr><th>setting</th><th>sources, in order</th></tr>
 *   <tr><td>mode</td><td>the builder of this; the system property {@code aws.retryMode}; the environment variable
 *     {@code AWS_RETRY_MODE}; {@code retry_mode} of the profile; {@link Builder#defaultMode}; standard under the rules
 *     of 2026, else legacy</td></tr>
 *   <tr><td>most attempts</td><td>the builder of this; {@code aws.maxAttempts}; {@code AWS_MAX_ATTEMPTS}; under the
 *     rules of 2026 {@code max_attempts} of the profile; the default of the mode and of the service</td></tr>
 *   <tr><td>rules of 2026</td><td>the builder of this; {@code aws.newRetries2026}; {@code AWS_NEW_RETRIES_2026};
 *   off</td></tr>
 * </table>
 *
 * <p>The SDK's own order is the same, with one difference: its client of DynamoDB makes 9 attempts whatever {@code
 * AWS_MAX_ATTEMPTS} says, and this one honours the setting. An unknown mode is an {@link IllegalStateException} and a
 * number that is none a {@link NumberFormatException}, as in the SDK, when this is built.
 *
 * <p>Immutable and thread-safe. Each client that is configured has a quota of its own, as in the SDK.
 *
 * @since 0.1
 */
public final class AwsRetryConfigManager {

    private final AwsRetryMode mode;
    private final boolean rules2026;
    private final @Nullable Integer maxAttempts;
    private final @Nullable Integer maxConnections;
    private final UnaryOperator<AwsRetries.Builder> change;

    private AwsRetryConfigManager(Builder builder) {
        AwsSettings settings = builder.settings();
        Boolean switched = builder.rules2026;
        rules2026 = switched == null ? settings.rules2026() : switched;
        AwsRetryMode chosen = builder.mode;
        AwsRetryMode otherwise = builder.defaultMode;
        mode = chosen != null
                ? chosen
                : settings.mode()
                        .orElse(
                                otherwise != null
                                        ? otherwise
                                        : rules2026 ? AwsRetryMode.STANDARD : AwsRetryMode.LEGACY);
        Integer attempts = builder.maxAttempts;
        maxAttempts =
                attempts != null ? attempts : settings.maxAttempts(rules2026).orElse(null);
        maxConnections = builder.maxConnections;
        change = builder.change;
    }

    /**
     * Returns the settings of this process: those of system properties, environment and profile.
     *
     * @return {@code builder().build()}
     */
    public static AwsRetryConfigManager create() {
        return builder().build();
    }

    /**
     * Returns a builder, of which all that is not set is read when it builds.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sets retries on the builder of a client, and the size of its connection pool where there is one: see {@link
     * AwsRetries#applyTo}. The retries are named like the client, such as {@code sqs}; {@link Builder#change} gives
     * another name.
     *
     * @param builder the builder of a client, synchronous or asynchronous
     * @return the builder
     * @param <B> the type of the builder
     * @param <C> the type of the client
     * @throws IllegalStateException if a pool is to be sized and the class path has no HTTP client, or several
     */
    public <B extends SdkClientBuilder<B, C>, C> B configure(B builder) {
        Integer connections = maxConnections;
        if (connections != null) {
            ConnectionPools.size(builder, connections);
        }
        return retriesFor(ServiceNames.of(builder)).applyTo(builder);
    }

    /**
     * Returns retries with these settings.
     *
     * @param service names them; {@code dynamodb} has the attempts and waits that the SDK has for it
     * @return a new instance
     */
    public AwsRetries retriesFor(String service) {
        AwsRetries.Builder retries = AwsRetries.named(service).mode(mode).rules2026(rules2026);
        if (service.equals(ServiceNames.DYNAMO_DB)) {
            retries.dynamoDb();
        }
        Integer attempts = maxAttempts;
        if (attempts != null) {
            retries.maxAttempts(attempts);
        }
        return change.apply(retries).build();
    }

    /**
     * Returns the mode.
     *
     * @return as the first source says
     */
    public AwsRetryMode mode() {
        return mode;
    }

    /**
     * Tells whether the rules of 2026 hold.
     *
     * @return {@code false} unless switched on
     */
    public boolean isRules2026() {
        return rules2026;
    }

    /**
     * Returns the most attempts that are set.
     *
     * @return empty where mode and service say it
     */
    public Optional<Integer> maxAttempts() {
        return Optional.ofNullable(maxAttempts);
    }

    /**
     * Returns the size of connection pools.
     *
     * @return empty where the HTTP client says it
     */
    public Optional<Integer> maxConnections() {
        return Optional.ofNullable(maxConnections);
    }

    @Override
    public String toString() {
        return "AwsRetryConfigManager(" + mode + (rules2026 ? ", rules of 2026" : "") + ", max attempts "
                + (maxAttempts == null ? "by mode" : maxAttempts) + ", max connections "
                + (maxConnections == null ? "by client" : maxConnections) + ")";
    }

    /**
     * Collects settings. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private @Nullable AwsRetryMode mode;
        private @Nullable AwsRetryMode defaultMode;
        private @Nullable Boolean rules2026;
        private @Nullable Integer maxAttempts;
        private @Nullable Integer maxConnections;
        private @Nullable String profileName;
        private Supplier<ProfileFile> profileFile = ProfileFile::defaultProfileFile;
        private Function<String, @Nullable String> environment = System::getenv;
        private UnaryOperator<AwsRetries.Builder> change = UnaryOperator.identity();

        private Builder() {}

        /**
         * Sets the mode, before all other sources.
         *
         * @param value the mode
         * @return this
         */
        public Builder mode(AwsRetryMode value) {
            this.mode = Objects.requireNonNull(value, "mode");
            return this;
        }

        /**
         * Sets the mode where no source says one, as {@code defaultsMode} of a client does in the SDK.
         *
         * @param value the mode
         * @return this
         */
        public Builder defaultMode(AwsRetryMode value) {
            this.defaultMode = Objects.requireNonNull(value, "defaultMode");
            return this;
        }

        /**
         * Sets whether the rules of 2026 hold, before all other sources.
         *
         * @param value see {@link AwsRetries.Builder#rules2026}
         * @return this
         */
        public Builder rules2026(boolean value) {
            this.rules2026 = value;
            return this;
        }

        /**
         * Sets the most attempts of a call, before all other sources.
         *
         * @param value total attempts, the first included; at least 1
         * @return this
         * @throws IllegalArgumentException if the value is below 1
         */
        public Builder maxAttempts(int value) {
            this.maxAttempts = atLeastOne(value, "maxAttempts");
            return this;
        }

        /**
         * Sets the size of the connection pool of each client; that of the HTTP client by default. It is a default of
         * the one HTTP client on the class path: one that is given to the builder of a client afterwards has its own.
         * The client on {@code HttpURLConnection} has no pool to size.
         *
         * @param value connections; at least 1
         * @return this
         * @throws IllegalArgumentException if the value is below 1
         */
        public Builder maxConnections(int value) {
            this.maxConnections = atLeastOne(value, "maxConnections");
            return this;
        }

        private static int atLeastOne(int value, String name) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
            }
            return value;
        }

        /**
         * Sets where profiles are read; the SDK's default files by default. It is asked only for what no property and
         * no variable says.
         *
         * @param value returns the profiles
         * @return this
         */
        public Builder profileFile(Supplier<ProfileFile> value) {
            this.profileFile = Objects.requireNonNull(value, "profileFile");
            return this;
        }

        /**
         * Sets the name of the profile; {@code aws.profile}, {@code AWS_PROFILE}, then {@code default} by default.
         *
         * @param value the name
         * @return this
         */
        public Builder profileName(String value) {
            this.profileName = Objects.requireNonNull(value, "profileName");
            return this;
        }

        /**
         * Sets a change to the retries of each client, such as of the engine: {@code change(r -> r.engine(e ->
         * e.listener(meters)))}.
         *
         * @param value given a builder with these settings, returns the one that is used
         * @return this
         */
        public Builder change(UnaryOperator<AwsRetries.Builder> value) {
            this.change = Objects.requireNonNull(value, "change");
            return this;
        }

        /** For tests, which cannot set the variables of their own process. */
        Builder environment(Function<String, @Nullable String> value) {
            this.environment = value;
            return this;
        }

        private AwsSettings settings() {
            return new AwsSettings(System::getProperty, environment, profileFile, profileName);
        }

        /**
         * Reads what is not set, and builds.
         *
         * @return a new instance
         * @throws IllegalStateException for a mode that is unknown
         * @throws IllegalArgumentException for attempts below 1, or that are no number
         */
        public AwsRetryConfigManager build() {
            return new AwsRetryConfigManager(this);
        }
    }
}
