package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Deletes objects of S3 in batches, 1000 keys in a request, and uploads the parts of a multipart upload. The service
 * answers by key and version. A part that is sent again replaces the one before it.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class S3Batches {

    static final int MOST_KEYS = 1000;

    /** Most parts of an upload. */
    private static final int MOST_PARTS = 10_000;

    private final S3Client client;
    private final Retry retry;

    /**
     * A part of a multipart upload.
     *
     * @param number its number, from 1 to 10000
     * @param body its bytes, which can be read again: of bytes or of a file. All but the last are of 5 MiB or more
     * @since 0.1
     */
    public record Part(int number, RequestBody body) {
        /**
         * Checks the number.
         *
         * @param number its number, from 1 to 10000
         * @param body its bytes, which can be read again
         * @throws IllegalArgumentException if the number is out of range
         */
        public Part {
            if (number < 1 || number > MOST_PARTS) {
                throw new IllegalArgumentException("number: " + number + " (expected: 1 to " + MOST_PARTS + ")");
            }
            Objects.requireNonNull(body, "body");
        }
    }

    private record Key(String name, String version) {
        static Key of(String name, String version) {
            return new Key(name, version == null ? "" : version);
        }
    }

    private S3Batches(S3Client client, Retry retry) {
        this.client = Objects.requireNonNull(client, "client");
        this.retry = Objects.requireNonNull(retry, "retry");
    }

    /**
     * Returns batches of a client.
     *
     * @param client sends the requests; its own retries are off for them
     * @param retry decides on attempts
     * @return a new instance
     */
    public static S3Batches of(S3Client client, Retry retry) {
        return new S3Batches(client, retry);
    }

    /**
     * Deletes objects. A key that does not exist counts as deleted.
     *
     * @param bucket the bucket
     * @param objects keys, with a version where one is meant
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its keys
     */
    public BatchResult<ObjectIdentifier, DeletedObject> delete(String bucket, List<ObjectIdentifier> objects) {
        Objects.requireNonNull(bucket, "bucket");
        return new Requests<ObjectIdentifier, DeletedObject>(retry, deleteLimits(), left -> {
                    DeleteObjectsResponse answer = ask(bucket, left, false);
                    Answers.Keyed<DeletedObject> told = new Answers.Keyed<>();
                    answer.deleted()
                            .forEach(one -> told.add(Key.of(one.key(), one.versionId()), ItemOutcome.success(one)));
                    failures(answer, told);
                    return Answers.byKey(told, left, S3Batches::key, null);
                })
                .send(objects);
    }

    /**
     * Deletes objects, of which the answer names those alone that failed: it is shorter, and says nothing of versions
     * and delete markers.
     *
     * @param bucket the bucket
     * @param objects keys, with a version where one is meant
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #delete} throws it
     * @throws IllegalStateException as {@link #delete} throws it
     */
    public BatchResult<ObjectIdentifier, @Nullable Void> deleteQuietly(String bucket, List<ObjectIdentifier> objects) {
        Objects.requireNonNull(bucket, "bucket");
        return new Requests<ObjectIdentifier, @Nullable Void>(retry, deleteLimits(), new Quiet(this, bucket)::once)
                .send(objects);
    }

    /** Deletes whose answer names the keys that failed. */
    private record Quiet(S3Batches batches, String bucket) {

        BatchOutcome<ObjectIdentifier, @Nullable Void> once(List<ObjectIdentifier> left) {
            Answers.Keyed<@Nullable Void> told = new Answers.Keyed<>();
            failures(batches.ask(bucket, left, true), told);
            return Answers.byKey(told, left, S3Batches::key, ItemOutcome.success(null));
        }
    }

    private DeleteObjectsResponse ask(String bucket, List<ObjectIdentifier> objects, boolean quiet) {
        return client.deleteObjects(r -> r.bucket(bucket)
                .delete(d -> d.objects(objects).quiet(quiet ? true : null))
                .overrideConfiguration(Answers.ONCE));
    }

    private static <T extends @Nullable Object> void failures(DeleteObjectsResponse answer, Answers.Keyed<T> told) {
        answer.errors()
                .forEach(one ->
                        told.add(Key.of(one.key(), one.versionId()), Answers.failure("s3", one.code(), one.message())));
    }

    private static BatchLimits<ObjectIdentifier> deleteLimits() {
        return BatchLimits.<ObjectIdentifier>ofCount(MOST_KEYS).distinctBy(S3Batches::key);
    }

    private static Key key(ObjectIdentifier object) {
        return Key.of(object.key(), object.versionId());
    }

    /**
     * Uploads parts, each in a request of its own, one after the other.
     *
     * @param bucket the bucket
     * @param key the key of the object
     * @param uploadId the upload
     * @param parts the parts
     * @return how each ended; give {@link #completed} of it to {@code CompleteMultipartUpload}
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     */
    public BatchResult<Part, CompletedPart> uploadParts(String bucket, String key, String uploadId, List<Part> parts) {
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(uploadId, "uploadId");
        return new Requests<Part, CompletedPart>(retry, BatchLimits.ofCount(1), left -> {
                    Part part = left.get(0);
                    UploadPartResponse answer = client.uploadPart(
                            r -> r.bucket(bucket)
                                    .key(key)
                                    .uploadId(uploadId)
                                    .partNumber(part.number())
                                    .overrideConfiguration(Answers.ONCE),
                            part.body());
                    return BatchOutcome.byPosition(List.of(ItemOutcome.success(CompletedPart.builder()
                            .partNumber(part.number())
                            .eTag(answer.eTag())
                            .checksumCRC32(answer.checksumCRC32())
                            .checksumCRC32C(answer.checksumCRC32C())
                            .checksumCRC64NVME(answer.checksumCRC64NVME())
                            .checksumSHA1(answer.checksumSHA1())
                            .checksumSHA256(answer.checksumSHA256())
                            .build())));
                })
                .send(parts);
    }

    /**
     * Returns the parts that were uploaded, as {@code CompleteMultipartUpload} wants them.
     *
     * @param result what {@link #uploadParts} returned
     * @return in ascending order of their numbers
     */
    public static List<CompletedPart> completed(BatchResult<Part, CompletedPart> result) {
        return result.succeeded().stream()
                .map(ItemResult.Success::value)
                .sorted(Comparator.comparing(CompletedPart::partNumber))
                .toList();
    }
}
