package io.forbear.retry.aws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a service, or an exchange that breaks off.
 *
 * @param fault thrown in place of an answer, {@code null} where there is one
 */
public record Answer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable IOException fault) {

    /** A header that is not sent: it says how the answer is delivered. */
    static final String DELIVERY = "test-delivery";

    static final String SLOW = "slow";

    public static Answer ok(String service) {
        return switch (service) {
            case "s3" -> new Answer(200, Map.of("ETag", "\"1\""), new byte[0], null);
            case "elasticache" ->
                new Answer(
                        200,
                        Map.of("Content-Type", "text/xml"),
                        bytes("<DescribeCacheClustersResponse><DescribeCacheClustersResult/>"
                                + "</DescribeCacheClustersResponse>"),
                        null);
            case "cloudwatch" ->
                new Answer(
                        200,
                        Map.of("smithy-protocol", "rpc-v2-cbor", "Content-Type", "application/cbor"),
                        new byte[] {(byte) 0xA0},
                        null);
            default -> new Answer(200, Map.of("Content-Type", "application/json"), bytes("{}"), null);
        };
    }

    public static Answer broken(IOException fault) {
        return new Answer(0, Map.of(), new byte[0], fault);
    }

    /** Returns an error in the protocol that the SDK speaks with the service. */
    public static Answer error(String service, int status, @Nullable String code, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        String text = code == null ? "" : code;
        byte[] body =
                switch (service) {
                    case "s3" -> {
                        all.put("Content-Type", "application/xml");
                        yield bytes("<Error><Code>" + text + "</Code><Message>no</Message></Error>");
                    }
                    case "elasticache" -> {
                        all.put("Content-Type", "text/xml");
                        yield bytes("<ErrorResponse><Error><Code>" + text
                                + "</Code><Message>no</Message></Error></ErrorResponse>");
                    }
                    case "cloudwatch" -> {
                        all.put("Content-Type", "application/cbor");
                        all.put("smithy-protocol", "rpc-v2-cbor");
                        yield cbor(Map.of("__type", "com.amazonaws.cloudwatch#" + text, "message", "no"));
                    }
                    case "lambda", "batch", "xray", "apigateway" -> {
                        all.put("Content-Type", "application/json");
                        all.put("x-amzn-ErrorType", text);
                        yield bytes("{\"message\":\"no\"}");
                    }
                    default -> {
                        all.put("Content-Type", "application/x-amz-json-1.0");
                        yield bytes("{\"__type\":\"com.amazonaws#" + text + "\",\"message\":\"no\"}");
                    }
                };
        return new Answer(status, all, body, null);
    }

    public Answer body(String text) {
        return new Answer(status, headers, bytes(text), fault);
    }

    /** Returns this, of which half the body comes, and then the end of the connection. */
    public Answer half() {
        return delivered("half");
    }

    /** Returns this, whose body stops for a while in the middle. */
    public Answer slow() {
        return delivered(SLOW);
    }

    private Answer delivered(String how) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(DELIVERY, how);
        return new Answer(status, all, body, fault);
    }

    /** Returns a success of a protocol of JSON. */
    public static Answer json(String body) {
        return new Answer(200, Map.of("Content-Type", "application/x-amz-json-1.0"), bytes(body), null);
    }

    /** Returns a success of a protocol of XML. */
    public static Answer xml(String body) {
        return new Answer(200, Map.of("Content-Type", "application/xml"), bytes(body), null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A map of short texts: RFC 8949, major types 5 and 3. */
    private static byte[] cbor(Map<String, String> map) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xA0 + map.size());
        map.forEach((key, value) -> {
            text(out, key);
            text(out, value);
        });
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = bytes(text);
        out.write(0x78);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }
}
