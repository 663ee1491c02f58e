require 'time'
require 'fluent/time'

module Fluent::Plugin
  # The label and the time of a record in the shape of toEcs or toOtel.
  ActionlogShape = Struct.new(:label, :time) do
    # nil for any other record. One under its own names always has a `time`: no client can write a shape into it.
    def self.of(record)
      return if record.key?('time')

      event, name = record.values_at('event', 'eventName')
      if event.is_a?(Hash) && event['dataset'].to_s.start_with?('actionlog.')
        new(event['action'], time_of { Time.iso8601(record['@timestamp']) })
      elsif name.is_a?(String) && name.match?(/\Aactionlog(\.|\z)/)
        new(name[/\.(.*)/m, 1], time_of { Time.at(0, Integer(record['timeUnixNano'], 10), :nsec) })
      end
    end

    # nil if the record has none that fluentd can keep
    def self.time_of
      Fluent::EventTime.from_time(yield)
    rescue ArgumentError, TypeError, RangeError
      nil
    end
    private_class_method :time_of
  end
end
