package io.forbear.retry.aws.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.StubServer.Request;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Parameter Store and Secrets Manager on this machine, in the protocol of the real ones. */
final class Store implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, ObjectNode> parameters = new ConcurrentSkipListMap<>();
    private final StubServer server = StubServer.start(this::answer);
    private volatile @Nullable String secret;
    private volatile String secretVersion = "v1";
    private volatile @Nullable Function<Request, Answer> fault;

    StubServer server() {
        return server;
    }

    /** Answers a request in place of this store; {@code null} answers leave it to this. */
    void fault(@Nullable Function<Request, Answer> value) {
        fault = value;
    }

    Store put(String name, String value) {
        return put(name, value, "String");
    }

    synchronized Store put(String name, String value, String type) {
        ObjectNode before = parameters.get(name);
        parameters.put(
                name,
                JSON.createObjectNode()
                        .put("Name", name)
                        .put("Type", type)
                        .put("Value", value)
                        .put(
                                "Version",
                                before == null ? 1 : before.get("Version").asInt() + 1));
        return this;
    }

    void removeAll() {
        parameters.clear();
    }

    void secret(@Nullable String text, String version) {
        secret = text;
        secretVersion = version;
    }

    StoredSettings.Builder ofParameters(String path) {
        return ParameterStoreSettings.of(server.client(SsmClient.builder()), path)
                .settleMillis(1);
    }

    StoredSettings.Builder ofSecret(String id) {
        return SecretSettings.of(server.client(SecretsManagerClient.builder()), id)
                .settleMillis(1);
    }

    private Answer answer(Request request) {
        Function<Request, Answer> other = fault;
        Answer instead = other == null ? null : other.apply(request);
        if (instead != null) {
            return instead;
        }
        JsonNode fields = read(request.body());
        return switch (request.operation()) {
            case "GetParametersByPath" -> page(fields);
            case "GetSecretValue" -> secretValue(fields);
            default -> Answer.error("ssm", 400, "UnknownOperationException", Map.of());
        };
    }

    private Answer page(JsonNode fields) {
        String path = fields.get("Path").asText() + "/";
        List<ObjectNode> found = new TreeMap<>(parameters)
                .values().stream()
                        .filter(one -> one.get("Name").asText().startsWith(path))
                        .toList();
        int from = fields.path("NextToken").asInt(0);
        int to = Math.min(found.size(), from + fields.get("MaxResults").asInt());
        ArrayNode page = JSON.createArrayNode();
        for (ObjectNode one : found.subList(from, to)) {
            ObjectNode told = one.deepCopy();
            boolean closed = one.get("Type").asText().equals("SecureString")
                    && !fields.path("WithDecryption").asBoolean();
            page.add(closed ? told.put("Value", "AQICAH") : told);
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.set("Parameters", page);
        return Answer.json((to < found.size() ? answer.put("NextToken", "" + to) : answer).toString());
    }

    private Answer secretValue(JsonNode fields) {
        ObjectNode answer = JSON.createObjectNode()
                .put("Name", fields.get("SecretId").asText())
                .put("VersionId", secretVersion);
        String text = secret;
        return Answer.json(
                (text == null ? answer.put("SecretBinary", "AAAA") : answer.put("SecretString", text)).toString());
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
