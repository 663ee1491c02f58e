require 'delegate'

module Fluent::Plugin
  # What our two outputs do with a search engine's answers, where their gems would lose a record or never end:
  #
  # - An answer that does not name each record (a proxy's page, an empty body) is a failure, and the request is sent
  #   again. The gems take it for success.
  # - If the engine could not take a record now, the whole chunk is sent again, with fluentd's back-off and a line in its
  #   log. Ids make that harmless.
  # - A record that it refuses for any other reason goes to @REFUSED with that reason. The gems would give no reason, and
  #   would send a record with a status 500 again without end.
  # - A request that is too large, or refused as a whole, is sent in halves, down to the record that is at fault.
  module ActionlogAnswers
    def configure(conf)
      super
      @refused = event_emitter_router('@REFUSED')
    end

    def client(*)
      Client.new(super)
    end

    def router
      Router.new(super, @refused, log)
    end

    # Answers a bulk request with one item for each record, or raises.
    class Client < SimpleDelegator
      # not the record's fault: a read-only index, no such index, overloaded or full, shard not available
      NOT_NOW = [403, 404, 429, 503].freeze
      # with status 400: no index can be created for it
      NO_SHARD_LEFT = /maximum shards open/
      # too large for a proxy or the engine; refused by the engine, which names its reason in JSON
      NOT_AS_A_WHOLE = /\A\[413\]|\A\[400\] \{"error"/

      def bulk(arguments)
        items = items_of(super)
        items.flat_map(&:values).each { |item| check(item) }
        { 'errors' => true, 'items' => items }
      rescue StandardError => e
        raise unless e.message.match?(NOT_AS_A_WHOLE) && arguments[:body].start_with?('{') # compressed, it has no lines

        { 'errors' => true, 'items' => by_halves(arguments, e.message) }
      end

      private

      def items_of(answer)
        body = answer.respond_to?(:body) ? answer.body : answer
        items = body['items'] if body.is_a?(Hash)
        return items if items.is_a?(Array)

        raise "this is no search engine's answer: #{body.to_s[0, 200].inspect}"
      end

      def check(item)
        status = item['status'].to_i
        return if status < 300 || status == 409

        error = item['error'].is_a?(Hash) ? item['error'] : { 'type' => item['error'].to_s }
        reason = [error['reason'], error.dig('caused_by', 'reason')].compact.join(': ')
        raise "#{status} #{error['type']}: #{reason}" if NOT_NOW.include?(status) || reason.match?(NO_SHARD_LEFT)

        item.merge!('status' => 400, 'error' => error.merge('reason' => reason)) # what the gems call refused
      end

      def by_halves(arguments, reason)
        records = arguments[:body].lines.each_slice(2).map(&:join)
        if records.one?
          error = { 'type' => 'refused as a whole', 'reason' => reason[0, 1000] }
          return [{ 'create' => { 'status' => 400, 'error' => error } }]
        end
        records.each_slice((records.size / 2.0).ceil).flat_map { |half| bulk(arguments.merge(body: half.join))['items'] }
      end
    end

    # Sends refused records to @REFUSED instead of @ERROR, with the reason.
    class Router < SimpleDelegator
      def initialize(router, refused, log)
        super(router)
        @refused = refused
        @log = log
      end

      def emit_error_event(tag, time, record, error)
        @log.warn 'a record was refused; it is kept in refused.log', tag: tag, reason: error.message
        @refused.emit(tag, time, record.merge('refused' => error.message))
      end
    end
  end
end
