require 'fluent/plugin/out_opensearch'
require_relative 'actionlog_answers'

module Fluent::Plugin
  # fluent-plugin-opensearch's output, with ActionlogAnswers.
  class ActionlogOpenSearchOutput < OpenSearchOutput
    Fluent::Plugin.register_output('actionlog_opensearch', self)
    include ActionlogAnswers

    # fluentd looks for it in the class itself
    def write(chunk)
      super
    end
  end
end
