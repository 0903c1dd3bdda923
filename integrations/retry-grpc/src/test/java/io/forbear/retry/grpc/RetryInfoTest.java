package io.forbear.retry.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** googleapis/python-genai#1875, langchain-google#945, temporalio/sdk-java#664: a delay that the details name. */
class RetryInfoTest {

    private static final String TYPE = "type.googleapis.com/google.rpc.RetryInfo";

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer one) {
                all.write(one);
            } else {
                byte[] some = part instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) part;
                varint(all, some.length);
                all.writeBytes(some);
            }
        }
        return all.toByteArray();
    }

    private static void varint(ByteArrayOutputStream into, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            into.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        into.write((int) rest);
    }

    private static byte[] duration(long seconds, long nanos) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(0x08);
        varint(all, seconds);
        all.write(0x10);
        varint(all, nanos);
        return all.toByteArray();
    }

    /** A status 8 with a message, another detail before, and one of this type. */
    private static byte[] status(String type, byte[] value) {
        byte[] other = bytes(0x0a, "type.googleapis.com/google.rpc.DebugInfo", 0x12, bytes(0x0a, "stack"));
        return bytes(0x08, 0x08, 0x12, "exhausted", 0x1a, other, 0x1a, bytes(0x0a, type, 0x12, value));
    }

    private static Metadata trailers(byte[] details) {
        Metadata trailers = new Metadata();
        trailers.put(RetryInfo.DETAILS, details);
        return trailers;
    }

    private static Pushback pushback(long seconds, long nanos) {
        return GrpcRules.pushback(trailers(status(TYPE, bytes(0x0a, duration(seconds, nanos)))));
    }

    @Test
    void theDelayOfTheDetailsIsThePushback() {
        assertThat(pushback(34, 0)).isEqualTo(Pushback.delay(Duration.ofSeconds(34)));
        assertThat(pushback(0, 250_000_000)).isEqualTo(Pushback.delay(Duration.ofMillis(250)));
        assertThat(pushback(1L << 40, 999_999_999)).isEqualTo(Pushback.delay(Duration.ofSeconds(1L << 40)));
    }

    /** google.rpc.Status { code: 8 details { RetryInfo { retry_delay { seconds: 5 } } } }, encoded by hand. */
    @Test
    void theShortestDetailsAreRead() {
        byte[] written = HexFormat.of()
                .parseHex("08081a300a28" + HexFormat.of().formatHex(TYPE.getBytes(StandardCharsets.US_ASCII))
                        + "12040a020805");

        assertThat(GrpcRules.pushback(trailers(written))).isEqualTo(Pushback.delay(Duration.ofSeconds(5)));
    }

    @Test
    void anExhaustedResourceWithADelayIsRetried() {
        Classification found =
                GrpcRules.classify(Status.RESOURCE_EXHAUSTED, trailers(status(TYPE, bytes(0x0a, duration(2, 0)))));

        assertThat(found).isEqualTo(Classification.of(ErrorCategory.RATE_LIMIT).pushback(Duration.ofSeconds(2)));
    }

    @Test
    void theTrailerOfGrpcIsStrongerThanTheDetails() {
        Metadata both = trailers(status(TYPE, bytes(0x0a, duration(2, 0))));
        both.put(GrpcRules.PUSHBACK, "70");
        assertThat(GrpcRules.pushback(both)).isEqualTo(Pushback.delay(Duration.ofMillis(70)));

        both.discardAll(GrpcRules.PUSHBACK);
        both.put(GrpcRules.PUSHBACK, "-1");
        assertThat(GrpcRules.pushback(both)).isEqualTo(Pushback.doNotRetry());
    }

    @Test
    void aRetryInfoWithoutADelayAsksForNone() {
        assertThat(GrpcRules.pushback(trailers(status(TYPE, new byte[0])))).isEqualTo(Pushback.delay(Duration.ZERO));
    }

    @Test
    void whatIsNoDelayIsNone() {
        assertThat(pushback(-1, 0)).isEqualTo(Pushback.none());
        assertThat(pushback(0, -1)).isEqualTo(Pushback.none());
        assertThat(pushback(0, 1_000_000_000)).isEqualTo(Pushback.none());
        byte[] other = status("type.googleapis.com/google.rpc.Help", bytes(0x0a, duration(1, 0)));
        assertThat(GrpcRules.pushback(trailers(other))).isEqualTo(Pushback.none());
        assertThat(GrpcRules.pushback(trailers(new byte[0]))).isEqualTo(Pushback.none());
        assertThat(GrpcRules.pushback(trailers(new byte[] {0x1b}))).isEqualTo(Pushback.none());
    }

    @Property(tries = 2000)
    void noBytesMakeItThrow(@ForAll byte[] details) {
        assertThat(GrpcRules.pushback(trailers(details))).isNotNull();
    }

    @Property(tries = 200)
    void detailsThatAreCutSayNothingOrTheDelay(@ForAll long seed) {
        byte[] whole = status(TYPE, bytes(0x0a, duration(34, 5)));
        byte[] cut = Arrays.copyOf(whole, (int) Math.floorMod(seed, (long) whole.length + 1));

        assertThat(GrpcRules.pushback(trailers(cut))).isIn(Pushback.none(), Pushback.delay(Duration.ofSeconds(34, 5)));
    }
}
