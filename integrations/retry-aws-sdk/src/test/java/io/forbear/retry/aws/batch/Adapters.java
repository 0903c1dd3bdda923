package io.forbear.retry.aws.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.testsupport.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.xray.XRayClient;

/**
 * The batch operations of all services by name: how items of a published case become entries, how an answer of a case
 * is said on the wire, and which items a request has. An item of a case is a text, a number, or a pair of a name and
 * its group; it is known here by its name.
 */
final class Adapters {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern XML_KEY = Pattern.compile("<Key>([^<]*)</Key>(?:<VersionId>([^<]*)</VersionId>)?");

    private Adapters() {}

    /** One operation. */
    interface Adapter {

        /** Sends the items of a case by the batches of the service. */
        BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given);

        /** Returns the names of the items of a request, in order. */
        List<String> names(Request request);

        /** Returns the answer that all items of a request succeeded. */
        Answer done(Request request);

        /** Returns the answer of a case to a request. */
        default Answer answer(JsonNode response, Request request) {
            return Answer.json(response.toString());
        }
    }

    static Adapter of(String operation) {
        return Objects.requireNonNull(ALL.get(operation), operation);
    }

    /** Returns the names of all operations. */
    static Stream<String> operations() {
        return ALL.keySet().stream().sorted();
    }

    /** Returns the name of an item: of a pair of table and name both, of a pair of name and group the name. */
    static String name(JsonNode item) {
        return item.isArray() ? item.get(0).asText() + "/" + item.get(1).asText() : item.asText();
    }

    private static String first(JsonNode item) {
        return item.isArray() ? item.get(0).asText() : item.asText();
    }

    static List<JsonNode> items(JsonNode given) {
        return Vectors.each(given.get("items")).toList();
    }

    private static JsonNode json(Request request) {
        try {
            return JSON.readTree(request.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static Answer json(ObjectNode body) {
        return Answer.json(body.toString());
    }

    // ---- SQS

    private abstract static class OfSqs implements Adapter {

        static SqsBatches batches(StubServer server, Retry retry) {
            return SqsBatches.of(server.client(SqsClient.builder().checksumValidationEnabled(false)), retry);
        }

        static String queue(StubServer server) {
            return server.uri() + "/1/q";
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("Entries"))
                    .map(entry -> entry.has("MessageGroupId")
                            ? entry.get("Id").asText() + "/"
                                    + entry.get("MessageGroupId").asText()
                            : entry.get("Id").asText())
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            ArrayNode successful = JSON.createArrayNode();
            json(request)
                    .get("Entries")
                    .forEach(entry ->
                            successful.add(object().put("Id", entry.get("Id").asText())
                                    .put("MessageId", "m")
                                    .put("MD5OfMessageBody", "x")));
            return json(object().set("Successful", successful));
        }
    }

    private static final Adapter SEND = new OfSqs() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            boolean fifo = given.path("fifo").asBoolean();
            return batches(server, retry).send(queue(server), entries(given, fifo));
        }
    };

    static List<SendMessageBatchRequestEntry> entries(JsonNode given, boolean fifo) {
        return items(given).stream()
                .map(item -> SendMessageBatchRequestEntry.builder()
                        .id(first(item))
                        .messageBody("body of " + item)
                        .messageGroupId(item.isArray() ? item.get(1).asText() : null)
                        .messageDeduplicationId(fifo ? "once-" + item.get(0).asText() : null)
                        .build())
                .toList();
    }

    private static final Adapter DELETE = new OfSqs() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return batches(server, retry).delete(queue(server), deletes(given));
        }
    };

    static List<DeleteMessageBatchRequestEntry> deletes(JsonNode given) {
        return items(given).stream()
                .map(item -> DeleteMessageBatchRequestEntry.builder()
                        .id(first(item))
                        .receiptHandle("h")
                        .build())
                .toList();
    }

    private static final Adapter HIDE = new OfSqs() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return batches(server, retry).changeVisibility(queue(server), hides(given));
        }
    };

    static List<ChangeMessageVisibilityBatchRequestEntry> hides(JsonNode given) {
        return items(given).stream()
                .map(item -> ChangeMessageVisibilityBatchRequestEntry.builder()
                        .id(first(item))
                        .receiptHandle("h")
                        .visibilityTimeout(1)
                        .build())
                .toList();
    }

    // ---- by position

    /** An operation that answers by position. */
    private record ByPosition(Sender sender, String list, String nameField, boolean base64, String answers)
            implements Adapter {

        private interface Sender {
            BatchResult<?, ?> send(StubServer server, Retry retry, List<JsonNode> items);
        }

        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return sender.send(server, retry, items(given));
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get(list))
                    .map(entry -> entry.path(nameField).asText())
                    .map(text -> base64 ? new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8) : text)
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            ArrayNode all = JSON.createArrayNode();
            names(request)
                    .forEach(name -> all.add(object().put("SequenceNumber", "9")
                            .put("ShardId", "shardId-000000000000")
                            .put("RecordId", "r")
                            .put("EventId", "e")));
            return json(object().set(answers, all));
        }
    }

    private static final Adapter KINESIS = new ByPosition(
            (server, retry, items) -> KinesisBatches.of(server.client(KinesisClient.builder()), retry)
                    .put("s", records(items)),
            "Records",
            "PartitionKey",
            false,
            "Records");

    static List<PutRecordsRequestEntry> records(List<JsonNode> items) {
        return items.stream()
                .map(item -> PutRecordsRequestEntry.builder()
                        .partitionKey(name(item))
                        .data(SdkBytes.fromUtf8String("x"))
                        .build())
                .toList();
    }

    private static final Adapter FIREHOSE = new ByPosition(
            (server, retry, items) -> FirehoseBatches.of(server.client(FirehoseClient.builder()), retry)
                    .put(
                            "s",
                            items.stream()
                                    .map(item -> Record.builder()
                                            .data(SdkBytes.fromUtf8String(name(item)))
                                            .build())
                                    .toList()),
            "Records",
            "Data",
            true,
            "RequestResponses");

    private static final Adapter EVENTS = new ByPosition(
            (server, retry, items) -> EventBridgeBatches.of(server.client(EventBridgeClient.builder()), retry)
                    .putEvents(items.stream()
                            .map(item -> PutEventsRequestEntry.builder()
                                    .source("s")
                                    .detailType(name(item))
                                    .detail("{}")
                                    .build())
                            .toList()),
            "Entries",
            "DetailType",
            false,
            "Entries");

    // ---- by a key of the entry; what is not named succeeded

    private static final Adapter PUT_TARGETS = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return EventBridgeBatches.of(server.client(EventBridgeClient.builder()), retry)
                    .putTargets(
                            null,
                            "rule",
                            items(given).stream()
                                    .map(item -> Target.builder()
                                            .id(name(item))
                                            .arn("arn:aws:sqs:us-east-1:1:q")
                                            .build())
                                    .toList());
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("Targets"))
                    .map(target -> target.get("Id").asText())
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            return json(object().put("FailedEntryCount", 0));
        }
    };

    private static final Adapter REMOVE_TARGETS = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return EventBridgeBatches.of(server.client(EventBridgeClient.builder()), retry)
                    .removeTargets(
                            null,
                            "rule",
                            items(given).stream().map(Adapters::name).toList());
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("Ids")).map(JsonNode::asText).toList();
        }

        @Override
        public Answer done(Request request) {
            return json(object().put("FailedEntryCount", 0));
        }
    };

    private static final Adapter XRAY = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return XRayBatches.of(server.client(XRayClient.builder()), retry)
                    .put(items(given).stream()
                            .map(item -> new XRayBatches.Segment(
                                    name(item), object().put("id", name(item)).toString()))
                            .toList());
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("TraceSegmentDocuments"))
                    .map(document -> document.asText().replaceAll(".*\"id\":\"([^\"]*)\".*", "$1"))
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            return json(object());
        }
    };

    private static final Adapter GET_TRACES = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return XRayBatches.of(server.client(XRayClient.builder()), retry)
                    .getTraces(items(given).stream().map(Adapters::name).toList());
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("TraceIds"))
                    .map(JsonNode::asText)
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            ArrayNode traces = JSON.createArrayNode();
            names(request).forEach(name -> traces.add(object().put("Id", name)));
            return json(object().set("Traces", traces));
        }
    };

    // ---- DynamoDB

    private static DynamoDbBatches dynamoDb(StubServer server, Retry retry) {
        return DynamoDbBatches.of(server.client(DynamoDbClient.builder()), retry);
    }

    private static final Adapter WRITE = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return dynamoDb(server, retry).write(writes(given));
        }

        @Override
        public List<String> names(Request request) {
            return written(request);
        }

        @Override
        public Answer done(Request request) {
            return json(object());
        }
    };

    static List<DynamoDbBatches.Write> writes(JsonNode given) {
        return items(given).stream()
                .map(item -> write(item.get(0).asText(), item.get(1).asText()))
                .toList();
    }

    static DynamoDbBatches.Write write(String table, String hash) {
        return DynamoDbBatches.Write.put(table, Map.of("Hash", AttributeValue.fromS(hash)));
    }

    /** Returns what a request writes, table by table. */
    static List<String> written(Request request) {
        List<String> names = new ArrayList<>();
        json(request).get("RequestItems").properties().forEach(table -> table.getValue()
                .forEach(put -> names.add(
                        table.getKey() + "/" + put.at("/PutRequest/Item/Hash/S").asText())));
        return names;
    }

    private static final Adapter GET = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return dynamoDb(server, retry).get(keys(given));
        }

        @Override
        public List<String> names(Request request) {
            JsonNode table = json(request).at("/RequestItems/T");
            boolean kept = table.get("ConsistentRead").asBoolean()
                    && table.get("ProjectionExpression").asText().startsWith("v, #w")
                    && table.at("/ExpressionAttributeNames/#w").asText().equals("w");
            return Vectors.each(table.get("Keys"))
                    .map(key ->
                            (kept ? "" : "settings lost: ") + key.at("/Hash/S").asText())
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            ArrayNode items = JSON.createArrayNode();
            names(request).forEach(name -> items.add(object().set("Hash", object().put("S", name))));
            return json(object().set("Responses", object().set("T", items)));
        }
    };

    static Map<String, KeysAndAttributes> keys(JsonNode given) {
        List<Map<String, AttributeValue>> keys = items(given).stream()
                .map(item -> Map.of("Hash", AttributeValue.fromS(name(item))))
                .toList();
        return Map.of(
                "T",
                KeysAndAttributes.builder()
                        .keys(keys)
                        .consistentRead(true)
                        .projectionExpression("v, #w")
                        .expressionAttributeNames(Map.of("#w", "w"))
                        .build());
    }

    // ---- S3

    private static S3Batches s3(StubServer server, Retry retry) {
        return S3Batches.of(server.client(S3Client.builder().forcePathStyle(true)), retry);
    }

    private static final Adapter DELETE_OBJECTS = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            List<ObjectIdentifier> objects = items(given).stream()
                    .map(item -> ObjectIdentifier.builder()
                            .key(first(item))
                            .versionId(item.isArray() ? item.get(1).asText() : null)
                            .build())
                    .toList();
            return given.path("quiet").asBoolean()
                    ? s3(server, retry).deleteQuietly("bucket", objects)
                    : s3(server, retry).delete("bucket", objects);
        }

        @Override
        public List<String> names(Request request) {
            Matcher key = XML_KEY.matcher(request.body());
            return key.results()
                    .map(found -> found.group(2) == null ? found.group(1) : found.group(1) + "/" + found.group(2))
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            StringBuilder xml = new StringBuilder();
            boolean quiet = request.body().contains("<Quiet>true</Quiet>");
            (quiet ? List.<String>of() : names(request)).forEach(name -> xml.append("<Deleted><Key>")
                    .append(name.replace("/", "</Key><VersionId>"))
                    .append(name.contains("/") ? "</VersionId></Deleted>" : "</Key></Deleted>"));
            return Answer.xml("<DeleteResult>" + xml + "</DeleteResult>");
        }

        @Override
        public Answer answer(JsonNode response, Request request) {
            StringBuilder xml = new StringBuilder();
            response.path("Deleted").forEach(one -> xml.append(element("Deleted", one)));
            response.path("Errors").forEach(one -> xml.append(element("Error", one)));
            return Answer.xml("<DeleteResult>" + xml + "</DeleteResult>");
        }

        private String element(String name, JsonNode fields) {
            StringBuilder xml = new StringBuilder("<" + name + ">");
            fields.properties().forEach(field -> xml.append('<')
                    .append(field.getKey())
                    .append('>')
                    .append(field.getValue().asText())
                    .append("</")
                    .append(field.getKey())
                    .append('>'));
            return xml.append("</").append(name).append('>').toString();
        }
    };

    private static final Adapter UPLOAD_PART = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return s3(server, retry)
                    .uploadParts(
                            "bucket",
                            "key",
                            "upload",
                            items(given).stream()
                                    .map(item -> new S3Batches.Part(item.asInt(), RequestBody.fromString("x")))
                                    .toList());
        }

        @Override
        public List<String> names(Request request) {
            return List.of(request.uri().getQuery().replaceAll(".*partNumber=(\\d+).*", "$1"));
        }

        @Override
        public Answer done(Request request) {
            return new Answer(200, Map.of("ETag", "\"again\""), new byte[0], null);
        }

        @Override
        public Answer answer(JsonNode response, Request request) {
            JsonNode part = Vectors.each(response.get("parts"))
                    .filter(one -> names(request).contains(one.get("PartNumber").asText()))
                    .findFirst()
                    .orElseThrow();
            return part.has("ETag")
                    ? new Answer(200, Map.of("ETag", part.get("ETag").asText()), new byte[0], null)
                    : Answer.error(
                            "s3",
                            part.get("http_status").asInt(),
                            part.get("error").asText(),
                            Map.of());
        }
    };

    // ---- reading by name

    private static final Adapter SECRETS = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return SecretsManagerBatches.of(server.client(SecretsManagerClient.builder()), retry)
                    .getValues(items(given).stream().map(Adapters::name).toList());
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("SecretIdList"))
                    .map(JsonNode::asText)
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            ArrayNode values = JSON.createArrayNode();
            names(request).forEach(name -> values.add(object().put("Name", name)));
            return json(object().set("SecretValues", values));
        }
    };

    private static final Adapter PARAMETERS = new Adapter() {
        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return SsmBatches.of(server.client(SsmClient.builder()), retry)
                    .getParameters(items(given).stream().map(Adapters::name).toList(), true);
        }

        @Override
        public List<String> names(Request request) {
            return Vectors.each(json(request).get("Names"))
                    .map(JsonNode::asText)
                    .toList();
        }

        @Override
        public Answer done(Request request) {
            ArrayNode values = JSON.createArrayNode();
            names(request).forEach(name -> values.add(object().put("Name", name)));
            return json(object().set("Parameters", values));
        }
    };

    private static final Map<String, Adapter> ALL = Map.ofEntries(
            Map.entry("SendMessageBatch", SEND),
            Map.entry("DeleteMessageBatch", DELETE),
            Map.entry("ChangeMessageVisibilityBatch", HIDE),
            Map.entry("PutRecords", KINESIS),
            Map.entry("PutRecordBatch", FIREHOSE),
            Map.entry("PutEvents", EVENTS),
            Map.entry("PutTargets", PUT_TARGETS),
            Map.entry("RemoveTargets", REMOVE_TARGETS),
            Map.entry("PutTraceSegments", XRAY),
            Map.entry("BatchGetTraces", GET_TRACES),
            Map.entry("BatchWriteItem", WRITE),
            Map.entry("BatchGetItem", GET),
            Map.entry("DeleteObjects", DELETE_OBJECTS),
            Map.entry("UploadPart", UPLOAD_PART),
            Map.entry("BatchGetSecretValue", SECRETS),
            Map.entry("GetParameters", PARAMETERS));

    /** Names of items that a case does not name. */
    static ArrayNode numbered(int count) {
        ArrayNode items = JSON.createArrayNode();
        IntStream.range(0, count).forEach(i -> items.add("r" + i));
        return items;
    }
}
