import org.jspecify.annotations.NullMarked;

/** The retries of the clients of the AWS SDK for Java 2. The SDK's own modules are automatic. */
@NullMarked
module io.forbear.retry.aws {
    requires transitive io.forbear.retry;
    requires transitive io.forbear.retry.core;
    requires static com.fasterxml.jackson.core;
    requires static transitive io.forbear.retry.export;
    requires static transitive aws.lambda.java.events;
    requires static transitive org.jspecify;
    requires transitive software.amazon.awssdk.awscore;
    requires transitive software.amazon.awssdk.core;
    requires transitive software.amazon.awssdk.http;
    requires transitive software.amazon.awssdk.profiles;
    requires transitive software.amazon.awssdk.retries.api;
    requires software.amazon.awssdk.retries;
    requires static transitive software.amazon.awssdk.services.apigateway;
    requires static transitive software.amazon.awssdk.services.apigatewayv2;
    requires static transitive software.amazon.awssdk.services.batch;
    requires static transitive software.amazon.awssdk.services.dynamodb;
    requires static transitive software.amazon.awssdk.services.eventbridge;
    requires static transitive software.amazon.awssdk.services.firehose;
    requires static transitive software.amazon.awssdk.services.kinesis;
    requires static transitive software.amazon.awssdk.services.lambda;
    requires static transitive software.amazon.awssdk.services.s3;
    requires static transitive software.amazon.awssdk.services.scheduler;
    requires static transitive software.amazon.awssdk.services.secretsmanager;
    requires static transitive software.amazon.awssdk.services.sfn;
    requires static transitive software.amazon.awssdk.services.sqs;
    requires static transitive software.amazon.awssdk.services.ssm;
    requires static transitive software.amazon.awssdk.services.xray;
    requires software.amazon.awssdk.utils;

    exports io.forbear.retry.aws;
    exports io.forbear.retry.aws.apply;
    exports io.forbear.retry.aws.batch;
    exports io.forbear.retry.aws.config;
    exports io.forbear.retry.aws.consumer;
}
