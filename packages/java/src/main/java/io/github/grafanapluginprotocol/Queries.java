package io.github.grafanapluginprotocol;

import com.google.protobuf.ByteString;
import io.github.grafanapluginprotocol.v2.DataQuery;
import io.github.grafanapluginprotocol.v2.DataResponse;
import io.github.grafanapluginprotocol.v2.QueryDataRequest;
import io.github.grafanapluginprotocol.v2.QueryDataResponse;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Answers of {@code Data.QueryData}, each query by itself: one that fails does not fail the others. */
public final class Queries {
  private static final Logger LOGGER = Logger.getLogger(Queries.class.getName());

  private Queries() {}

  /** Answers one query. */
  @FunctionalInterface
  public interface Answer {
    /**
     * Answers a query.
     *
     * @param query with the JSON of the query editor
     * @return frames, in the format that the request asks for
     * @throws Exception what becomes the error of the query
     */
    List<ByteString> answer(DataQuery query) throws Exception;
  }

  /**
   * Answers each query with its frames.
   *
   * @param request the queries
   * @param answer what it throws becomes the error of its query; everything but {@link QueryException} is logged, and has
   *     status 500
   * @return an answer for each query
   */
  public static QueryDataResponse answer(QueryDataRequest request, Answer answer) {
    QueryDataResponse.Builder response = QueryDataResponse.newBuilder();
    for (DataQuery query : request.getQueriesList()) {
      response.putResponses(query.getRefId(), answerOne(request, query, answer));
    }
    return response.build();
  }

  private static DataResponse answerOne(QueryDataRequest request, DataQuery query, Answer answer) {
    try {
      List<ByteString> frames = answer.answer(query);
      return DataResponse.newBuilder().addAllFrames(frames).setStatus(200).setFormat(request.getFormat()).build();
    } catch (Exception error) {
      QueryException seen = describe(query, error);
      return DataResponse.newBuilder().setError(seen.getMessage()).setStatus(seen.status()).setErrorSource(seen.source()).build();
    }
  }

  /**
   * What a query's error is for its user. Logs everything but a {@link QueryException}.
   *
   * @param query the query
   * @param error what its answer threw
   * @return an error with a text, a status and a source
   */
  public static QueryException describe(DataQuery query, Exception error) {
    if (error instanceof QueryException known) {
      boolean hasText = known.getMessage() != null && !known.getMessage().isEmpty();
      return hasText ? known : new QueryException("the query failed", known.status(), known.source());
    }
    LOGGER.log(Level.SEVERE, "the answer to query \"" + query.getRefId() + "\" failed", error);
    return new QueryException(error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage(), 500, "plugin");
  }
}
