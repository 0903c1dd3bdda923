package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.BatchResult;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.FaultProxy;
import io.forbear.retry.aws.S3MockServer;
import io.forbear.retry.aws.StubServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

class S3BatchesTest {

    /** The least that a part has, but for the last. */
    private static final int PART = 5 << 20;

    /** Every second request fails: throttled, inside, without an answer, or after it was carried out. */
    private static Answer faulty(StubServer.Request request, FaultProxy.Server server, AtomicInteger number) {
        return switch (number.incrementAndGet() % 8) {
            case 1 -> Answer.error("s3", 503, "SlowDown", Map.of());
            case 3 -> Answer.error("s3", 500, "InternalError", Map.of());
            case 5 -> Answer.broken(new IOException("no answer"));
            case 7 -> {
                server.ask(request);
                yield Answer.broken(new IOException("the answer is lost"));
            }
            default -> server.ask(request);
        };
    }

    @Test
    void objectsAreDeletedAndPartsUploadedThoughEverySecondRequestFails() {
        AtomicInteger number = new AtomicInteger();
        try (S3MockServer s3 = S3MockServer.start();
                S3Client direct = StubServer.at(S3Client.builder().forcePathStyle(true), s3.uri())
                        .build();
                StubServer proxy = FaultProxy.before(s3.uri(), (request, server) -> faulty(request, server, number))) {
            direct.createBucket(r -> r.bucket("bucket"));
            S3Batches batches =
                    S3Batches.of(proxy.keepNone().client(S3Client.builder().forcePathStyle(true)), Retrying.of(10));

            // deletes: some keys are there, most are not, which counts as deleted
            for (int i = 0; i < 20; i++) {
                String key = "key " + i;
                direct.putObject(r -> r.bucket("bucket").key(key), RequestBody.fromString("x"));
            }
            List<ObjectIdentifier> keys = IntStream.range(0, 1500)
                    .mapToObj(i -> ObjectIdentifier.builder().key("key " + i).build())
                    .toList();
            BatchResult<ObjectIdentifier, DeletedObject> deleted = batches.delete("bucket", keys);
            assertThat(deleted.failed()).isEmpty();
            assertThat(deleted.items()).hasSize(1500);
            assertThat(direct.listObjectsV2(r -> r.bucket("bucket")).contents()).isEmpty();

            direct.putObject(r -> r.bucket("bucket").key("key 1"), RequestBody.fromString("x"));
            assertThat(batches.deleteQuietly("bucket", keys).isComplete()).isTrue();
            assertThat(direct.listObjectsV2(r -> r.bucket("bucket")).contents()).isEmpty();

            // an upload of two parts
            String upload = direct.createMultipartUpload(r -> r.bucket("bucket").key("large"))
                    .uploadId();
            BatchResult<S3Batches.Part, CompletedPart> parts = batches.uploadParts(
                    "bucket",
                    "large",
                    upload,
                    List.of(
                            new S3Batches.Part(2, RequestBody.fromString("the end")),
                            new S3Batches.Part(1, RequestBody.fromBytes(new byte[PART]))));
            assertThat(parts.failed()).isEmpty();
            direct.completeMultipartUpload(r -> r.bucket("bucket")
                    .key("large")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(S3Batches.completed(parts))));
            ResponseBytes<GetObjectResponse> whole =
                    direct.getObjectAsBytes(r -> r.bucket("bucket").key("large"));
            assertThat(whole.asByteArray()).hasSize(PART + "the end".length());
            assertThat(number.get()).isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void aPartHasANumberFromOneToTenThousand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new S3Batches.Part(10_001, RequestBody.empty()))
                .withMessage("number: 10001 (expected: 1 to 10000)");
    }

    @Test
    void aQuietAnswerNamesThoseAloneThatFailed() {
        List<ObjectIdentifier> objects = Stream.of("a", "b", "c")
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        try (StubServer server = StubServer.start(request -> Answer.xml(
                request.number() == 1
                        ? "<DeleteResult><Error><Key>c</Key><Code>AccessDenied</Code></Error>"
                                + "<Error><Key>b</Key><Code>SlowDown</Code></Error></DeleteResult>"
                        : "<DeleteResult/>"))) {
            BatchResult<ObjectIdentifier, @Nullable Void> result = S3Batches.of(
                            server.client(S3Client.builder().forcePathStyle(true)), Retrying.of(3))
                    .deleteQuietly("bucket", objects);

            assertThat(result.failedItems()).extracting(ObjectIdentifier::key).containsExactly("c");
            assertThat(server.requests()).hasSize(2).allSatisfy(request -> assertThat(request.body())
                    .contains("<Quiet>true</Quiet>"));
            assertThat(server.requests().get(1).body()).contains(">b<").doesNotContain(">a<");
        }
    }
}
