import org.jspecify.annotations.NullMarked;

/** The retries of the clients of the AWS SDK for Java 2. The SDK's own modules are automatic. */
@NullMarked
module io.forbear.retry.aws {
    requires transitive io.forbear.retry;
    requires transitive io.forbear.retry.core;
    requires static transitive org.jspecify;
    requires transitive software.amazon.awssdk.awscore;
    requires transitive software.amazon.awssdk.core;
    requires transitive software.amazon.awssdk.http;
    requires transitive software.amazon.awssdk.profiles;
    requires transitive software.amazon.awssdk.retries.api;
    requires static software.amazon.awssdk.services.dynamodb;
    requires software.amazon.awssdk.utils;

    exports io.forbear.retry.aws;
}
