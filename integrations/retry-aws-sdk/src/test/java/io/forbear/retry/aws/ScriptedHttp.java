package io.forbear.retry.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/** The network of a synchronous client: answers by number, and the requests that came. */
final class ScriptedHttp implements SdkHttpClient {

    private final IntFunction<Answer> script;
    private final List<SdkHttpRequest> requests = new CopyOnWriteArrayList<>();

    /**
     * Makes a network.
     *
     * @param script the answer to the request of each number, from 1
     */
    ScriptedHttp(IntFunction<Answer> script) {
        this.script = script;
    }

    static ScriptedHttp of(Answer... answers) {
        return new ScriptedHttp(number -> answers[Math.min(number, answers.length) - 1]);
    }

    List<SdkHttpRequest> requests() {
        return requests;
    }

    /** Returns a header of each request. */
    List<String> headers(String name) {
        return requests.stream()
                .map(request -> request.firstMatchingHeader(name).orElse(""))
                .toList();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                requests.add(request.httpRequest());
                Answer answer = script.apply(requests.size());
                if (answer.fault() != null) {
                    throw answer.fault();
                }
                SdkHttpResponse.Builder response = SdkHttpResponse.builder().statusCode(answer.status());
                answer.headers().forEach(response::putHeader);
                return HttpExecuteResponse.builder()
                        .response(response.build())
                        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer.body())))
                        .build();
            }

            @Override
            public void abort() {}
        };
    }

    @Override
    public void close() {}
}
