package io.forbear.retry.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What a proxy does to batches so that a part of each fails: a fifth of the entries does not reach the server. */
public final class PartialFaults {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PartialFaults() {}

    private static ObjectNode json(byte[] body) {
        try {
            return (ObjectNode) JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails a fifth of the entries of a batch of SQS: hands the rest on, and adds them to the answer. */
    public static Answer failSome(StubServer.Request request, FaultProxy.Server server, Random chance) {
        if (!request.operation().endsWith("MessageBatch")) {
            return server.ask(request);
        }
        try {
            ObjectNode body = (ObjectNode) JSON.readTree(request.bytes());
            ArrayNode entries = (ArrayNode) body.get("Entries");
            ArrayNode failed = JSON.createArrayNode();
            synchronized (chance) {
                for (int i = entries.size() - 1; i >= 0; i--) {
                    if (chance.nextInt(5) == 0) {
                        JsonNode entry = entries.remove(i);
                        failed.addObject()
                                .put("Id", entry.get("Id").asText())
                                .put("Code", "InternalError")
                                .put("SenderFault", false);
                    }
                }
            }
            ObjectNode told = JSON.createObjectNode();
            if (!entries.isEmpty()) {
                Answer answer = server.ask(request, body.toString().getBytes(StandardCharsets.UTF_8));
                if (answer.status() != 200) {
                    return answer;
                }
                told = (ObjectNode) JSON.readTree(answer.body());
            }
            ArrayNode all = told.withArray("Failed");
            failed.forEach(all::add);
            return Answer.json(told.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves a fifth of the writes or keys of DynamoDB undone: hands the rest on, and adds them to the answer. */
    public static Answer leaveSome(StubServer.Request request, FaultProxy.Server server, Random chance) {
        boolean write = request.operation().equals("BatchWriteItem");
        if (!write && !request.operation().equals("BatchGetItem")) {
            return server.ask(request);
        }
        ObjectNode body = json(request.bytes());
        ArrayNode asked = (ArrayNode) body.at(write ? "/RequestItems/tab" : "/RequestItems/tab/Keys");
        ArrayNode left = JSON.createArrayNode();
        synchronized (chance) {
            for (int i = asked.size() - 1; i > 0; i--) {
                if (chance.nextInt(5) == 0) {
                    left.add(asked.remove(i));
                }
            }
        }
        Answer answer = server.ask(request, body.toString().getBytes(StandardCharsets.UTF_8));
        if (left.isEmpty() || answer.status() != 200) {
            return answer;
        }
        ObjectNode told = json(answer.body());
        ObjectNode unprocessed = told.putObject(write ? "UnprocessedItems" : "UnprocessedKeys");
        if (write) {
            unprocessed.set("tab", left);
        } else {
            unprocessed.putObject("tab").set("Keys", left);
        }
        return Answer.json(told.toString());
    }
}
