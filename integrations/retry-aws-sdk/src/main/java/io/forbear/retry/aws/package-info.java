/**
 * The retries of the clients of the AWS SDK for Java 2.
 *
 * <p>Read {@link io.forbear.retry.aws.AwsRetries} first: it puts the engine behind a client. {@link
 * io.forbear.retry.aws.AwsClassifier} tells what kind of failure a client throws, also for calls that are retried
 * around a client. {@link io.forbear.retry.aws.AwsRetryConfigManager} reads mode and attempts where the SDK reads them.
 * Batches of services and consumers are in packages of their own.
 */
@NullMarked
package io.forbear.retry.aws;

import org.jspecify.annotations.NullMarked;
