require 'digest'
require 'securerandom'
require 'time'
require 'fluent/plugin/output'
require_relative 'actionlog_shape'

module Fluent::Plugin
  # Completes each record, once, before any buffer, and routes it: footprints to @FOOTPRINT, all others to @ACTION.
  #
  # - record_id: of a footprint a hash of its content, so that one that the app sends again is stored once; of another
  #   record a random text, since two labelled records with the same content are two. Never a text of a client's.
  # - label_name: the rest of the tag, where the record has none of its own.
  # - @timestamp: the event's time, in UTC, to the millisecond.
  #
  # A record in the shape of toEcs or toOtel says its label and its time itself: in a file, nothing else does.
  class ActionlogOutput < Output
    Fluent::Plugin.register_output('actionlog', self)
    helpers :event_emitter

    desc "The handler's tagName"
    config_param :tag_name, :string, default: 'koa.actionlog'
    desc 'The records come from the file of refused ones: they are complete'
    config_param :resent, :bool, default: false

    def configure(conf)
      super
      @footprint = event_emitter_router('@FOOTPRINT')
      @action = event_emitter_router('@ACTION')
    end

    def multi_workers_ready?
      true
    end

    def process(tag, events)
      label = tag.delete_prefix("#{@tag_name}.") unless tag == @tag_name
      footprints = Fluent::MultiEventStream.new
      actions = Fluent::MultiEventStream.new
      events.each do |time, record|
        time, record = @resent ? [time, record.except('refused')] : complete(time, label, record)
        (record['label_name'] == 'footprint' ? footprints : actions).add(time, record)
      end
      @footprint.emit_stream(tag, footprints) unless footprints.empty?
      @action.emit_stream(tag, actions) unless actions.empty?
    rescue SystemCallError => e
      # in_tail tries again after this error only; a full disk is as good a reason as a full buffer
      raise Buffer::BufferOverflowError, "the buffer cannot be written: #{e.message}"
    end

    private

    def complete(time, label, record)
      shape = ActionlogShape.of(record)
      label = shape.label if shape
      time = shape&.time || time
      record = { 'label_name' => label }.merge(record) if label
      is_footprint = record['label_name'] == 'footprint'
      bytes = is_footprint ? Digest::SHA256.digest(record.to_msgpack)[0, 16] : SecureRandom.random_bytes(16)
      at = time.is_a?(Fluent::EventTime) ? Time.at(time.sec, time.nsec, :nsec) : Time.at(time)
      [time, record.merge('record_id' => [bytes].pack('m0').tr('+/', '-_').delete('='), '@timestamp' => at.utc.iso8601(3))]
    end
  end
end
