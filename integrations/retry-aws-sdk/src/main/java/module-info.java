import org.jspecify.annotations.NullMarked;

/*
 * The jar of the events of Lambda names no module, so its name here is made from that of its file, and Maven warns that
 * such a module should not be published. It stays: the requirement is static, so a program without the jar never looks
 * for it; Lambda itself starts functions on the class path, where names of modules mean nothing; and a program on the
 * module path that has the jar gets it by this very name, as long as the file is aws-lambda-java-events-<version>.jar.
 * To leave the line out would put SqsEvents and StreamEvents, whose API names the events, into a module of their own
 * for the warning alone. Once the jar names its module, this line takes that name.
 */

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
