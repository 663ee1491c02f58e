export {
  type FileHandler,
  type FileHandlerOptions,
  fileHandler,
  fileHandler as default,
} from './file-handler.js'
